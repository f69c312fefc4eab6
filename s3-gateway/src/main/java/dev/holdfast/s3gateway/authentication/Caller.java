package dev.holdfast.s3gateway.authentication;

import dev.holdfast.s3gateway.checksum.CheckedBody;
import dev.holdfast.s3gateway.credential.Tenant;
import dev.holdfast.s3gateway.http.S3Request;

/**
 * Who sent a request, proven.
 *
 * @param request the request; headers that an SDK moved into a presigned URL stand among its
 *     headers
 * @param body verified while it is read
 */
public record Caller(Tenant tenant, S3Request request, CheckedBody body) {}
