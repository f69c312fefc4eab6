package dev.holdfast.s3gateway.fake;

import dev.holdfast.protocol.error.ErrorCode;
import dev.holdfast.protocol.error.HoldfastException;
import dev.holdfast.s3gateway.fake.MemoryBucket.Stored;
import dev.holdfast.uplink.Bucket;
import dev.holdfast.uplink.ChosenPart;
import dev.holdfast.uplink.CommitOptions;
import dev.holdfast.uplink.CompleteOptions;
import dev.holdfast.uplink.CopyOptions;
import dev.holdfast.uplink.DeleteOptions;
import dev.holdfast.uplink.DeleteResult;
import dev.holdfast.uplink.DownloadOptions;
import dev.holdfast.uplink.ListOptions;
import dev.holdfast.uplink.ListPage;
import dev.holdfast.uplink.MultipartPage;
import dev.holdfast.uplink.ObjectDownload;
import dev.holdfast.uplink.ObjectMetadata;
import dev.holdfast.uplink.ObjectPart;
import dev.holdfast.uplink.ObjectStat;
import dev.holdfast.uplink.ObjectUpload;
import dev.holdfast.uplink.PartPage;
import dev.holdfast.uplink.PartUpload;
import dev.holdfast.uplink.Project;
import dev.holdfast.uplink.UploadOptions;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A project whose buckets live in memory. Thread-safe by one lock. */
public final class MemoryProject implements Project {
  private final TreeMap<String, MemoryBucket> buckets = new TreeMap<>();
  private final Map<String, Multipart> multiparts = new TreeMap<>();
  private final Map<String, ObjectStat> completed = new HashMap<>();
  private final InstantSource clock;
  private final AtomicInteger uploadIds = new AtomicInteger();

  /** Uploads opened and neither committed nor closed yet. */
  public final AtomicInteger openUploads = new AtomicInteger();

  /** What every upload's first byte is refused with; empty: nothing. */
  public volatile Optional<HoldfastException> writeFailure = Optional.empty();

  public MemoryProject(InstantSource clock) {
    this.clock = clock;
  }

  private record Multipart(
      String bucket,
      String key,
      UploadOptions options,
      Instant started,
      TreeMap<Integer, PartPage.ListedPart> parts,
      Map<Integer, byte[]> bytes) {}

  @Override
  public synchronized Bucket createBucket(String name) {
    if (buckets.containsKey(name)) {
      throw new HoldfastException(
          ErrorCode.BUCKET_EXISTS, "The bucket " + name + " exists already");
    }
    MemoryBucket bucket = new MemoryBucket(new Bucket(name, clock.instant()));
    buckets.put(name, bucket);
    return bucket.bucket();
  }

  @Override
  public synchronized Optional<Bucket> findBucket(String name) {
    return Optional.ofNullable(buckets.get(name)).map(MemoryBucket::bucket);
  }

  @Override
  public synchronized void deleteBucket(String name) {
    boolean uploads = multiparts.values().stream().anyMatch(m -> m.bucket().equals(name));
    if (!require(name).objects().isEmpty() || uploads) {
      throw new HoldfastException(ErrorCode.BUCKET_NOT_EMPTY, "The bucket is not empty");
    }
    buckets.remove(name);
  }

  @Override
  public synchronized List<Bucket> listBuckets() {
    return buckets.values().stream().map(MemoryBucket::bucket).toList();
  }

  /** Removes everything from a bucket. */
  public synchronized void empty(String bucket) {
    require(bucket).objects().clear();
    multiparts.values().removeIf(m -> m.bucket().equals(bucket));
  }

  private MemoryBucket require(String name) {
    MemoryBucket bucket = buckets.get(name);
    if (bucket == null) {
      throw new HoldfastException(
          ErrorCode.BUCKET_NOT_FOUND, "The bucket " + name + " does not exist");
    }
    return bucket;
  }

  @Override
  public synchronized ObjectUpload upload(String bucket, String key, UploadOptions options) {
    MemoryBucket target = require(bucket);
    openUploads.incrementAndGet();
    return new ObjectUpload() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      private boolean open = true;

      @Override
      public void write(byte[] data, int offset, int length) {
        writeFailure.ifPresent(failure -> {
          throw failure;
        });
        bytes.write(data, offset, length);
      }

      @Override
      public ObjectStat commit(CommitOptions commit) {
        synchronized (MemoryProject.this) {
          target.requireConditions(key, commit.conditions());
          Stored stored =
              target.put(
                  key,
                  bytes.toByteArray(),
                  commit.etag().orElse("made-up"),
                  commit.checksum(),
                  options,
                  List.of(),
                  clock.instant());
          close();
          return stored.stat();
        }
      }

      @Override
      public void close() {
        if (open) {
          open = false;
          openUploads.decrementAndGet();
        }
      }
    };
  }

  @Override
  public synchronized ObjectStat stat(String bucket, String key, long version) {
    return require(bucket).require(key).stat();
  }

  @Override
  public synchronized ObjectDownload download(String bucket, String key, DownloadOptions options) {
    return new MemoryDownload(require(bucket).require(key), options.range());
  }

  @Override
  public synchronized ListPage list(String bucket, ListOptions options) {
    return require(bucket).list(options);
  }

  @Override
  public synchronized boolean delete(String bucket, String key, DeleteOptions options) {
    return require(bucket).delete(key, options.ifMatch());
  }

  @Override
  public synchronized List<DeleteResult> deleteAll(String bucket, List<String> keys) {
    MemoryBucket target = require(bucket);
    List<DeleteResult> results = new ArrayList<>();
    for (String key : keys) {
      target.delete(key, List.of());
      results.add(new DeleteResult(key, Optional.empty()));
    }
    return results;
  }

  @Override
  public synchronized ObjectStat copy(
      String sourceBucket, String sourceKey, String bucket, String key, CopyOptions options) {
    Stored source = require(sourceBucket).require(sourceKey);
    if (options.sourceEtag().filter(e -> !e.equals(source.stat().etag())).isPresent()) {
      throw new HoldfastException(ErrorCode.PRECONDITION_FAILED, "The source changed");
    }
    MemoryBucket target = require(bucket);
    target.requireConditions(key, options.conditions());
    ObjectMetadata metadata = options.metadata().orElse(source.stat().metadata());
    return target
        .put(
            key,
            source.bytes(),
            source.stat().etag(),
            source.stat().checksum(),
            new UploadOptions(metadata, source.stat().expires()),
            source.stat().parts(),
            clock.instant())
        .stat();
  }

  @Override
  public synchronized String beginMultipart(String bucket, String key, UploadOptions options) {
    var _ = require(bucket);
    String id = "upload-" + uploadIds.incrementAndGet();
    multiparts.put(
        id, new Multipart(bucket, key, options, clock.instant(), new TreeMap<>(), new HashMap<>()));
    return id;
  }

  private Multipart requireUpload(String bucket, String key, String id) {
    Multipart found = multiparts.get(id);
    if (found == null || !found.bucket().equals(bucket) || !found.key().equals(key)) {
      throw new HoldfastException(ErrorCode.UPLOAD_NOT_FOUND, "There is no upload " + id);
    }
    return found;
  }

  @Override
  public synchronized PartUpload uploadPart(String bucket, String key, String uploadId, int part) {
    Multipart target = requireUpload(bucket, key, uploadId);
    openUploads.incrementAndGet();
    return new PartUpload() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      private boolean open = true;

      @Override
      public void write(byte[] data, int offset, int length) {
        bytes.write(data, offset, length);
      }

      @Override
      public ObjectPart commit(CommitOptions commit) {
        synchronized (MemoryProject.this) {
          ObjectPart done =
              new ObjectPart(
                  part, bytes.size(), commit.etag().orElse("made-up"), commit.checksum());
          target.parts().put(part, new PartPage.ListedPart(done, clock.instant()));
          target.bytes().put(part, bytes.toByteArray());
          close();
          return done;
        }
      }

      @Override
      public void close() {
        if (open) {
          open = false;
          openUploads.decrementAndGet();
        }
      }
    };
  }

  @Override
  public synchronized PartPage listParts(
      String bucket, String key, String uploadId, int afterPart, int limit) {
    List<PartPage.ListedPart> rest =
        List.copyOf(
            requireUpload(bucket, key, uploadId).parts().tailMap(afterPart, false).values());
    return new PartPage(rest.subList(0, Math.min(limit, rest.size())), rest.size() > limit);
  }

  @Override
  public synchronized MultipartPage listMultiparts(
      String bucket,
      String prefix,
      @Nullable String delimiter,
      @Nullable String keyMarker,
      @Nullable String uploadIdMarker,
      int limit) {
    var _ = require(bucket);
    List<MultipartPage.ListedMultipart> found = new ArrayList<>();
    multiparts.forEach((id, m) -> {
      if (m.bucket().equals(bucket) && m.key().startsWith(prefix)) {
        found.add(new MultipartPage.ListedMultipart(m.key(), id, m.started()));
      }
    });
    found.sort(
        Comparator.comparing(MultipartPage.ListedMultipart::key)
            .thenComparing(MultipartPage.ListedMultipart::uploadId));
    List<MultipartPage.ListedMultipart> rest =
        found.stream()
            .filter(m ->
                keyMarker == null
                    || m.key().compareTo(keyMarker) > 0
                    || (uploadIdMarker != null
                        && m.key().equals(keyMarker)
                        && m.uploadId().compareTo(uploadIdMarker) > 0))
            .toList();
    return new MultipartPage(
        rest.subList(0, Math.min(limit, rest.size())), List.of(), rest.size() > limit);
  }

  @Override
  public synchronized ObjectStat completeMultipart(
      String bucket, String key, String uploadId, List<ChosenPart> parts, CompleteOptions options) {
    ObjectStat done = completed.get(uploadId);
    if (done != null) {
      return done;
    }
    Multipart upload = requireUpload(bucket, key, uploadId);
    MemoryBucket target = require(bucket);
    target.requireConditions(key, options.conditions());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<ObjectPart> table = new ArrayList<>();
    for (ChosenPart part : parts) {
      byte[] bytes = upload.bytes().getOrDefault(part.number(), new byte[0]);
      all.write(bytes, 0, bytes.length);
      PartPage.ListedPart listed = upload.parts().get(part.number());
      if (listed != null) {
        table.add(listed.part());
      }
    }
    ObjectStat stat =
        target
            .put(
                key,
                all.toByteArray(),
                options.etag().orElse("made-up"),
                options.checksum(),
                upload.options(),
                table,
                clock.instant())
            .stat();
    multiparts.remove(uploadId);
    completed.put(uploadId, stat);
    return stat;
  }

  @Override
  public synchronized void abortMultipart(String bucket, String key, String uploadId) {
    var _ = requireUpload(bucket, key, uploadId);
    multiparts.remove(uploadId);
  }
}
