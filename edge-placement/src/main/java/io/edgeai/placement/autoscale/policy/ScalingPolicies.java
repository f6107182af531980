package io.edgeai.placement.autoscale.policy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.QueueingPolicy;
import io.edgeai.placement.autoscale.ScalingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import java.util.List;

/** Policies by name. */
public final class ScalingPolicies {
    /** Names that {@link #named} knows. */
    public static final List<String> NAMES = List.of("queueing", "kpa", "hpa-50");

    private ScalingPolicies() {}

    /**
     * A fresh policy: {@code queueing} is this library's, {@code kpa} Knative's at 70 %, {@code hpa-50} that of
     * Kubernetes at 50 %.
     */
    public static ScalingPolicy named(String name, ServiceProfile profile) {
        return switch (name) {
            case "queueing" -> new QueueingPolicy(profile);
            case "kpa" -> new KpaPolicy(0.7, profile.minReplicas(), profile.maxReplicas());
            case "hpa-50" -> new HpaPolicy(0.5, profile.maxReplicas());
            default -> throw new InvalidInputException("Policy (" + name + ") is unknown. Maybe one of " + NAMES + ".");
        };
    }
}
