package dev.holdfast.launcher.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.launcher.CommandFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocationTest {
  @Test
  void readsRemoteNames() {
    assertThat(Location.parse("hf://b/a//c/")).isEqualTo(new Location.Remote("b", "a//c/"));
    assertThat(Location.parse("hf://b")).isEqualTo(new Location.Remote("b", ""));
    assertThat(Location.parse("hf://b//x")).isEqualTo(new Location.Remote("b", "/x"));
  }

  @Test
  void readsLocalNamesAndStandardStreams() {
    assertThat(Location.parse("x/y")).isEqualTo(new Location.Local(Path.of("x/y")));
    assertThat(Location.parse("-")).isEqualTo(new Location.Standard());
  }

  @Test
  void refusesNamesWithoutBucket() {
    assertThatThrownBy(() -> Location.parse("hf:///key"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("names no bucket");
    assertThatThrownBy(() -> Location.parseRemote("s3://b/k"))
        .hasMessageContaining("hf://bucket/key");
  }

  @Test
  void bucketsMayBeWrittenBare() {
    assertThat(Location.parseBucket("b")).isEqualTo("b");
    assertThat(Location.parseBucket("hf://b/")).isEqualTo("b");
    assertThatThrownBy(() -> Location.parseBucket("hf://b/k")).hasMessageContaining("names a key");
  }

  @Test
  void onlyBucketsAndSlashesAreDirectories() {
    assertThat(new Location.Remote("b", "").isDirectory()).isTrue();
    assertThat(new Location.Remote("b", "a/").isDirectory()).isTrue();
    assertThat(new Location.Remote("b", "a").isDirectory()).isFalse();
  }
}
