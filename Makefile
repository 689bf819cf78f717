# Debian, Python 3.11 and make are enough; everything else is installed
# into .venv at the versions of requirements.lock. `make` prints the help.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 3

py := .venv/bin/python
pip := $(py) -m pip --disable-pip-version-check --quiet

# Many tests wait more than they work, so one worker more than cores. Files
# go out in order: those with many quick tests come last and fill the end.
XDIST = -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# A stamp carries the checksum of what it was made from in its name: nothing
# is done again while the content is the same, whatever the dates say.
checksum = $(shell { $(1); } 2>/dev/null | cksum | tr ' ' -)
files = find $(1) -type f ! -path '*/__pycache__/*' ! -path '*/.*' | LC_ALL=C sort

locked := .venv/locked-$(call checksum,\
	cat requirements.lock requirements-torch.lock; $(PYTHON) --version; pwd)
ready := .venv/ready-$(call checksum,\
	cat pyproject.toml; echo $(notdir $(locked)))
built := _build/built-$(call checksum,\
	$(call files,book nnlab exercises _config.yml) | xargs cksum; \
	echo $(notdir $(ready)))

# The reader's own start-up files, settings and kernels stay out of what is
# built, and one thread does the same work on every machine.
var := $(CURDIR)/.venv/var
export JUPYTER_PREFER_ENV_PATH := 1
unexport PYTHONPATH PYTHONHOME
isolated := book serve test soak exercises claims bench
$(isolated): export IPYTHONDIR := $(var)/ipython
$(isolated): export JUPYTER_CONFIG_DIR := $(var)/jupyter
$(isolated): export JUPYTER_DATA_DIR := $(var)/share
$(isolated): export MPLCONFIGDIR := $(var)/matplotlib
$(isolated): export OMP_NUM_THREADS := 1
$(isolated): export OPENBLAS_NUM_THREADS := 1

.PHONY: help book serve lab course test soak exercises claims bench lock \
	clean debian-packages

help: ## Print this list
	@echo "Start with make book. Everything is installed into .venv."
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile \
		| expand -t 18

book: $(built) ## Build the book into _build/html
	@echo "The book is built. Open this file in a browser:"
	@echo "  $(CURDIR)/_build/html/index.html"
	@echo "or type: make serve"

serve: $(built) ## Build the book and serve it on localhost (PORT=8000)
	@$(py) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' \
		2>/dev/null || { \
		echo "Port $(PORT) is taken. Try: make serve PORT=8001"; exit 1; }
	@echo "Open http://localhost:$(PORT)/  (Ctrl-C stops it)"
	@$(py) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT) \
		>/dev/null

lab: $(ready) ## Do the exercises: JupyterLab on copies in my-exercises/
	@cd exercises && find . -type f ! -path '*/.*/*' | while read -r f; do \
		mine="../my-exercises/$${f#./}"; \
		test -e "$$mine" || { mkdir -p "$$(dirname "$$mine")" \
			&& cp "$$f" "$$mine" && echo "new: $${mine#../}"; } || exit 1; \
	done
	@echo "Your notebooks are in my-exercises/; nothing overwrites them."
	$(py) -m jupyterlab --ServerApp.root_dir=my-exercises \
		$$(test "$$(id -u)" != 0 || echo --allow-root) $(ARGS)

course: $(if $(DIR),$(ready)) ## Make a folder to grade a class in: make course DIR=../my-course
	@test -n "$(DIR)" || { \
		echo "usage: make course DIR=../my-course   (a new folder)"; \
		echo "       EMPTY=1 leaves the sample class out"; exit 2; }
	@$(py) -m nnlab.grading.course $(if $(EMPTY),--empty) "$(DIR)"

test: debian-packages ## Install what is missing, build the book, run the tests
	@$(MAKE) --no-print-directory book
	$(py) -m pytest $(XDIST) $(ARGS)

soak: debian-packages ## Run the long tests, with many more random examples
	@$(MAKE) --no-print-directory book
	$(py) -m pytest $(XDIST) --timeout 3600 \
		--hypothesis-profile soak -m "soak or hypothesis" $(ARGS)

exercises: $(ready) ## Regenerate exercises/ from solutions/
	$(py) -m nnlab.grading.release

claims: $(ready) ## Measure the stored claims again (long)
	$(py) -m nnlab.claims $(ARGS)

bench: $(ready) ## Run every benchmark
	@missed=; for f in benchmarks/[!_]*.py; do \
		echo "$$f"; $(py) "$$f" || missed="$$missed $$f"; echo; done; \
	test -z "$$missed" || { echo "not met:$$missed"; exit 1; }

lock: ## Resolve requirements.lock anew (needs the network)
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --quiet install uv
	.venv-lock/bin/python -m uv --quiet pip compile pyproject.toml \
		requirements.in --extra book --extra grading --extra tests \
		--universal --python-version 3.11 --generate-hashes \
		--no-annotate --no-header --no-emit-index-url \
		--output-file requirements.lock $(ARGS)

clean: ## Remove what make built; my-exercises/ stays
	rm -rf _build .venv .venv-lock .pytest_cache .hypothesis *.egg-info

# The environment.

$(locked):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing." \
		"Type: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is" \
		"$$($(PYTHON) --version 2>&1). Name another one:" \
		"make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "python3-venv is missing. Type: sudo apt install python3-venv"; \
		exit 1; }
	@echo "Making .venv and installing the locked versions (minutes) ..."
	@$(PYTHON) -m venv --clear .venv
	@{ $(pip) install -r requirements.lock && \
		$(pip) install -r requirements-torch.lock; } || { \
		echo "Installing failed: the reason stands above. If it speaks of" \
		"connections or retries, this machine does not reach its package" \
		"index: mend the network and type the same command again."; exit 1; }
	@touch $@

$(ready): | $(locked)
	@$(pip) install --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/var/ipython .venv/var/matplotlib
	@rm -f .venv/ready-* && touch $@

# The book. Every page is read anew, or the warnings of a build that failed
# would not be seen the second time; executed cells come from their cache.

$(built): | $(ready)
	@rm -rf _build/html _build/.doctrees _build/built-*
	@echo "Executing and building the book (minutes the first time) ..."
	@{ .venv/bin/jupyter-book build book -n -W --keep-going && \
		test -f _build/html/index.html; } || { \
		echo "The book was not built: the reason stands above."; exit 1; }
	@touch $@

# What make test needs from Debian: installed when root, named when not.

debian-packages:
	@missing=; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| test -x $(py) || missing="$$missing python3-venv"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v bwrap >/dev/null || missing="$$missing bubblewrap"; \
	test -z "$$missing" || { \
		if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
			echo "Installing$$missing ..."; \
			export DEBIAN_FRONTEND=noninteractive; \
			apt-get -qq update && \
			apt-get -qq install -y --no-install-recommends $$missing; \
		else \
			echo "The tests need$$missing. Type: sudo apt install$$missing"; \
			exit 1; \
		fi; }
