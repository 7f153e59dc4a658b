# Makes the virtual environment at the project's root, and makes it again when its lock changes.
# Sourced by ./palier and ./dev with $root set; the caller's folder and environment are left as they are.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Debian's python3 may come without the module that makes environments.
require_python() {
    local packages
    if python=$(find_python); then
        "$python" -c 'import ensurepip, venv' 2>/dev/null && return
        packages="python3-venv $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    else
        packages="python3 python3-venv"
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "Il manque Python 3.11 ou son module venv. À faire une fois, avec les droits d’administration :"
        say "    apt-get install -y $packages"
        exit 1
    fi
    say "Palier : installation de $packages…"
    # shellcheck disable=SC2086
    { apt-get update && apt-get install -y --no-install-recommends $packages; } >/dev/null || {
        say "L’installation de $packages a échoué : voyez le message ci-dessus."
        exit 1
    }
    python=$(find_python) || { say "Palier demande Python 3.11 ou plus récent."; exit 1; }
}

# ready LOCK: the environment works and holds exactly what LOCK says.
ready() { [ -x "$root/.venv/bin/python" ] && cmp -s "$root/$1" "$root/.venv/installed-$1"; }

# make_environment LOCK [OTHER_LOCK_IT_INCLUDES]
make_environment() {
    local lock=$1 other=${2:-} python started=$SECONDS site
    ready "$lock" && return
    if [ ! -w "$root" ]; then
        say "Palier ne peut pas s’installer dans $root : ce compte ne peut pas y écrire."
        exit 1
    fi
    # Two launchers at once: the second waits here, then finds the work done.
    exec 9<"$root"
    flock 9
    if ! ready "$lock"; then
        require_python
        say "Palier : installation des bibliothèques (une minute environ, la première fois)…"
        [ -x "$root/.venv/bin/python" ] || "$python" -m venv --clear "$root/.venv"
        rm -f "$root/.venv/installed-$lock"
        # -qq: a machine's own package folders that lack a package make pip warn for each.
        "$root/.venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$root/$lock" >&2 || {
            say "L’installation des bibliothèques a échoué : vérifiez l’accès au dépôt de paquets, puis relancez."
            exit 1
        }
        site=$("$root/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        # A path relative to the environment: no build, and the project's folder can move.
        echo ../../../../src >"$site/palier.pth"
        printf '%s\n' '#!/bin/sh' 'exec "$(dirname "$(readlink -f "$0")")/python" -P -m palier "$@"' >"$root/.venv/bin/palier"
        chmod +x "$root/.venv/bin/palier"
        if [ -n "$other" ]; then cp "$root/$other" "$root/.venv/installed-$other"; fi
        cp "$root/$lock" "$root/.venv/installed-$lock"
        say "Palier : bibliothèques installées en $((SECONDS - started)) s."
    fi
    exec 9<&-
}
