package io.edgeai.core.serving;

import io.edgeai.core.model.VersionRef;

/**
 * An answer and who gave it.
 *
 * @param version that ran the model
 * @param output row-major values of its first output; the caller's to keep
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Answer(VersionRef version, float[] output) {}
