#!/usr/bin/env bash
# Gives an unpacked distribution a Java of its own, with only what it needs (jlink), so that it needs none on the machine:
#
#   image.sh DIRECTORY      with the jlink of JAVA_HOME, which must be a JDK 25 for the machine that is to run it
set -euo pipefail

directory=${1:?"usage: image.sh DIRECTORY of an unpacked distribution"}
[[ -x $directory/bin/tiny-dancer ]] || { echo "$directory is no unpacked distribution: it has no bin/tiny-dancer" >&2; exit 1; }
[[ -x ${JAVA_HOME:-}/bin/jlink ]] || { echo "JAVA_HOME is no JDK 25 with jlink" >&2; exit 1; }
rm -rf "$directory/runtime"

# java.desktop is not among them: nothing here has a window. jdk.crypto.ec is for TLS, jdk.zipfs for files in jars,
# java.management and jdk.management for metrics, jdk.jfr for Java's own recordings, jdk.localedata for dates.
# Only the debug information of classes goes: that of native libraries needs an objcopy, which slim images do not have.
"$JAVA_HOME/bin/jlink" --output "$directory/runtime" --strip-java-debug-attributes --no-header-files --no-man-pages --compress=zip-6 \
    --add-modules java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.incubator.vector,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs
echo "$directory/runtime: $(du -sh "$directory/runtime" | cut -f1)"
