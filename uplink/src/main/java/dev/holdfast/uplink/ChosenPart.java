package dev.holdfast.uplink;

/** A part that a client wants in the object, with the ETag (without quotes) it was given for it. */
public record ChosenPart(int number, String etag) {}
