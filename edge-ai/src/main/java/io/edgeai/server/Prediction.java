package io.edgeai.server;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import java.util.Map;
import java.util.Optional;

/**
 * What a model answered.
 *
 * @param outputs all of its outputs by name
 * @param version which version did; empty where several share the requests
 */
record Prediction(Map<String, Tensor> outputs, Optional<VersionRef> version) {}
