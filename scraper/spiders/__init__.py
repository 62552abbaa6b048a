"""How to walk a source; what a page says is the engines' business."""
