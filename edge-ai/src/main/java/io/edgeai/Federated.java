package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.federated.FederatedRun;

/**
 * What federated learning led to.
 *
 * @param version the model learned, as registered
 * @param run its rounds
 */
public record Federated(ModelVersion version, FederatedRun run) {}
