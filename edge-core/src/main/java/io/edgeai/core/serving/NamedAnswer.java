package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import java.util.Map;

/**
 * An answer by named tensors and who gave it.
 *
 * @param version that ran the model
 * @param outputs all of its outputs by name
 */
public record NamedAnswer(VersionRef version, Map<String, Tensor> outputs) {}
