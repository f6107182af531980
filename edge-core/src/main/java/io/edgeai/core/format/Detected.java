package io.edgeai.core.format;

import io.edgeai.core.model.ModelFormat;

/**
 * What a detector found.
 *
 * @param format the format
 * @param variant which of the format's forms, in its makers' words, e.g. {@code "SavedModel"}
 */
record Detected(ModelFormat format, String variant) {}
