package io.edgeai.placement.deploy.site;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names of the variables by which a service hears what it is, in processes and in containers alike. */
public final class ServiceEnvironment {
    /** Name of the workload. */
    public static final String SERVICE = "EDGEAI_SERVICE";

    /** Name of the variant. */
    public static final String VARIANT = "EDGEAI_VARIANT";

    /** Where a container finds its model. */
    public static final String MODEL_URI = "EDGEAI_MODEL_URI";

    /** Inputs that one run takes at most; not set where the service decides. */
    public static final String MAX_BATCH = "EDGEAI_MAX_BATCH";

    private ServiceEnvironment() {}

    /** What a process of a release is told. */
    static Map<String, String> of(Release release) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(SERVICE, release.service());
        environment.put(VARIANT, release.variant());
        if (release.batch() > 0) {
            environment.put(MAX_BATCH, Integer.toString(release.batch()));
        }
        return environment;
    }
}
