package dev.holdfast.satellite.objectapi;

import dev.holdfast.satellite.nodes.NodeDirectory;
import dev.holdfast.satellite.orders.LimitIssuer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What the calls share.
 *
 * @param maxInlineBytes most plain bytes of a segment that stands in its row
 * @param commitWindow how long a segment token is valid
 */
public record ObjectApiSettings(
    LimitIssuer limits,
    NodeDirectory nodes,
    SchemeChoice schemes,
    int maxInlineBytes,
    Duration commitWindow,
    InstantSource clock,
    SecureRandom random) {}
