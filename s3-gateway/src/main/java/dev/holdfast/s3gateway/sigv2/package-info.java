/**
 * AWS Signature Version 2, for presigned URLs only, because some SDKs still make those by default.
 * Source: Amazon S3 API reference, "Signing and authenticating REST requests".
 */
@NullMarked
package dev.holdfast.s3gateway.sigv2;

import org.jspecify.annotations.NullMarked;
