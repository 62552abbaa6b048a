# make run    the whole chain on the specimens and the record, then the site on loopback
# make test   all tests
.PHONY: install run test test-kills soak test-resume test-hostile fuzz test-engines bench bench-compare bench-learning bench-cluster check-site check-feeds check-supply sbom screenshots lint clean lock

install: .venv/.installed          ## .venv with everything, from the lock

run: install                       ## collect, code, publish, serve
	.venv/bin/suspensions run

test: install                      ## the tests; they need Chromium and say so
	OPENBLAS_NUM_THREADS=1 .venv/bin/pytest -n 2 --dist loadfile

test-resume: install               ## a crawl killed twenty times; minutes; SEED=1 for a given one
	.venv/bin/python -m pytest -s tests/slow/resume.py

test-hostile: install              ## hostile texts through the whole chain into a browser; minutes
	.venv/bin/python -m pytest -s tests/hostile/chain.py

fuzz: install                      ## on Linux: every parser and coder, SECONDS=60 each; TARGET=name for one
	.venv/bin/pip install --disable-pip-version-check --quiet --require-hashes -r tests/fuzz/requirements.txt
	.venv/bin/python -m tests.fuzz.fuzz $(or $(SECONDS),60) $(TARGET)

test-kills: install                ## collect, normalise, publish, killed at random; KILLS=200 SEED=1
	KILLS=$(KILLS) SEED=$(SEED) .venv/bin/python -m pytest -s tests/slow/kills.py

soak: install                      ## faults at random, MINUTES=60 of them; SEED=1 for given ones
	.venv/bin/python -m tests.slow.soak $(or $(MINUTES),10) $(SEED)

test-engines: install              ## WordPress, Spirit and machina on loopback; as root
	tests/engines/install
	.venv/bin/python -m pytest -s tests/engines/wordpress.py tests/engines/spirit.py \
	  tests/engines/machina.py

bench: install                     ## what each step costs, beside yardsticks; a quarter of an hour; SCALE=0.1, ONLY="crawl site"
	.venv/bin/python -m tests.bench --scale $(or $(SCALE),1) $(ONLY)

bench-compare: install             ## two runs of it: OLD=build/bench/A.json NEW=build/bench/B.json
	.venv/bin/python -m tests.bench.compare $(OLD) $(NEW)

bench-learning: install            ## what was learned, asked for texts left out; minutes
	.venv/bin/python -m tests.bench_learning

bench-cluster: install             ## a million posts on two workers, one killed; hours; POSTS=6000 for less
	POSTS=$(POSTS) .venv/bin/python -m tests.slow.million

check-site: install tests/quality/node_modules  ## the built site: Nu validator, Lighthouse
	.venv/bin/suspensions publish
	.venv/bin/python -m tests.check_site

check-feeds: install               ## every feed by the W3C's validator; VALIDATOR=its checkout
	.venv/bin/suspensions publish
	.venv/bin/python tests/check_feeds.py $(VALIDATOR) public

screenshots: install               ## every kind of page, two widths, two colours: build/screenshots
	.venv/bin/suspensions publish
	.venv/bin/python -m tests.screenshots

check-supply: install              ## licences, known vulnerabilities (asks their databases), workflows
	.venv/bin/python -m tests.check_licences
	.venv/bin/zizmor --offline --quiet .github/workflows
	.venv/bin/pip-audit --disable-pip --require-hashes --progress-spinner off -r requirements.lock
	cd tests/quality && npm audit --package-lock-only

sbom: install                      ## what all is made of, as CycloneDX: build/sbom
	.venv/bin/python -m tests.sbom

lint: install                      ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

clean:                             ## all that was built or installed, never what was collected
	rm -rf .venv build *.egg-info public data/run .mypy_cache .ruff_cache .pytest_cache

lock: install                      ## requirements.lock anew from pyproject.toml
	.venv/bin/uv pip compile --quiet --upgrade --generate-hashes --python-version 3.11.2 \
	  --extra dev --no-header --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements.lock

tests/quality/node_modules: tests/quality/package-lock.json
	cd tests/quality && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

.venv/.installed: requirements.lock pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install --disable-pip-version-check --quiet --use-pep517 --no-deps --require-hashes -r requirements.lock
	.venv/bin/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	touch $@
