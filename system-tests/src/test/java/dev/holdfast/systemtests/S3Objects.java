package dev.holdfast.systemtests;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Short forms of S3 calls on one bucket. */
public record S3Objects(S3Client client, String bucket) {
  /** Makes the bucket. */
  public static S3Objects inNewBucket(S3Client client, String bucket) {
    client.createBucket(r -> r.bucket(bucket));
    return new S3Objects(client, bucket);
  }

  public void put(String key, byte[] bytes) {
    client.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
  }

  public byte[] get(String key) {
    return client.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArrayUnsafe();
  }

  /** Every key, over as many pages as it takes. */
  public List<String> keys() {
    return client
        .listObjectsV2Paginator(ListObjectsV2Request.builder().bucket(bucket).build())
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  /** Deletes every object of the bucket, as a tool does: a thousand at a time. */
  public void deleteAll() {
    List<String> keys = keys();
    for (int from = 0; from < keys.size(); from += 1_000) {
      List<ObjectIdentifier> some = new ArrayList<>();
      for (String key : keys.subList(from, Math.min(keys.size(), from + 1_000))) {
        some.add(ObjectIdentifier.builder().key(key).build());
      }
      client.deleteObjects(r -> r.bucket(bucket).delete(Delete.builder().objects(some).build()));
    }
  }

  /** Deletes everything that the credentials can see. */
  public static void deleteEverything(S3Client client) {
    for (Bucket bucket : client.listBuckets().buckets()) {
      new S3Objects(client, bucket.name()).deleteAll();
    }
  }
}
