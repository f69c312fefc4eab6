package dev.holdfast.systemtests.network;

import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Short forms of SDK calls on one bucket. */
public record ProjectObjects(Project project, String bucket) {
  public void put(String key, byte[] bytes) {
    try (ObjectUpload upload = project.upload(bucket, key, UploadOptions.NONE)) {
      upload.write(bytes, 0, bytes.length);
      upload.commit(CommitOptions.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] get(String key) {
    try (ObjectDownload download = project.download(bucket, key, DownloadOptions.ALL)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(download.length()));
      download.transferTo(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
