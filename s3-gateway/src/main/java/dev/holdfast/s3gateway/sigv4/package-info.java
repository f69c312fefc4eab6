/**
 * AWS Signature Version 4: canonical requests, header and query signatures, and the signatures of
 * chunked bodies. Which key belongs to whom is not known here. Source: AWS Signature Version 4 for
 * S3, API reference.
 */
@NullMarked
package dev.holdfast.s3gateway.sigv4;

import org.jspecify.annotations.NullMarked;
