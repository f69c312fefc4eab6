# Sourced by ./holdfast and ./mvnw: points JAVA_HOME at a JDK 25 or newer.
# Order: JAVA_HOME, the java on the PATH, the usual installation folders. Prints to stderr only.

holdfast_jdk_major() { # JDK folder -> its major version, or 0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || { echo 0; return; }
  holdfast_major=0
  if [ -r "$1/release" ]; then
    holdfast_major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  echo "${holdfast_major:-0}"
}

holdfast_find_jdk() {
  holdfast_seen=""
  holdfast_on_path=$(command -v javac 2>/dev/null || :)
  if [ -n "$holdfast_on_path" ]; then
    holdfast_on_path=$(dirname "$(dirname "$(readlink -f "$holdfast_on_path")")")
  fi
  for holdfast_candidate in "${JAVA_HOME:-}" "$holdfast_on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$holdfast_candidate" ] && [ -d "$holdfast_candidate" ] || continue
    holdfast_version=$(holdfast_jdk_major "$holdfast_candidate")
    if [ "$holdfast_version" -ge 25 ]; then
      JAVA_HOME=$holdfast_candidate
      export JAVA_HOME
      return 0
    fi
    [ "$holdfast_version" -gt 0 ] && holdfast_seen="$holdfast_seen
  $holdfast_candidate (version $holdfast_version)"
  done
  {
    echo "holdfast: a JDK 25 or newer is needed and none was found."
    if [ -n "$holdfast_seen" ]; then echo "Found, but too old:$holdfast_seen"; fi
    echo "Install one (for example Eclipse Temurin 25) or set JAVA_HOME to its folder, then run this again."
  } >&2
  return 1
}

holdfast_find_jdk || exit 3
