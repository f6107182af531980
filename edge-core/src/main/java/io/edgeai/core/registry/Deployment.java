package io.edgeai.core.registry;

import io.edgeai.core.model.Stage;

/**
 * What a version is in one environment.
 *
 * @param environment e.g. {@code "default"}
 * @param stage one of the deployed stages
 * @param percent share of the requests it answers: 100 where active, 1 to 99 for a canary, 0 otherwise
 * @param frozen whether nothing may take its place until it is thawed
 * @param activation the audit entry that last made it active by promotion, 0 for none; a rollback returns to the highest
 */
public record Deployment(String environment, Stage stage, int percent, boolean frozen, long activation) {}
