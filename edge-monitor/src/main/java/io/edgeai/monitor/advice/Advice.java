package io.edgeai.monitor.advice;

import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.VersionRef;

/**
 * Something to do.
 *
 * @param version about which version
 * @param action what
 * @param points of health that it can win back, 0 where it prevents rather than repairs
 * @param gain what it is expected to bring, for people
 * @param evidence the figures behind it, for people
 */
public record Advice(VersionRef version, AdvisedAction action, double points, String gain, String evidence) {}
