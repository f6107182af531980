package io.edgeai.placement.deploy.kubernetes;

import org.jspecify.annotations.Nullable;

/** Conditions of Kubernetes' objects in words. */
final class Complaints {
    private static final int LONGEST = 500;

    private Complaints() {}

    /** {@code Available is False: MinimumReplicasUnavailable: …}, as far as the cluster says. */
    static String text(String type, String status, @Nullable String reason, @Nullable String message) {
        String text = type + " is " + status + part(reason) + part(message);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    private static String part(@Nullable String more) {
        return more == null || more.isBlank() ? "" : ": " + more;
    }
}
