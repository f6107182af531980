package io.edgeai;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.Registration;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import java.util.Map;
import java.util.Set;

/**
 * The execution provider that a version was made for, kept as a tag with the settings that belong to the graph. Versions travel
 * between sites with their tags, so nothing is written or read that names a file, a library or a device.
 */
final class ModelProvider {
    static final String TAG = "engine.provider";
    private static final Set<String> OF_THE_GRAPH = Set.of(
            "trt_int8_enable",
            "trt_fp16_enable",
            "trt_profile_min_shapes",
            "trt_profile_opt_shapes",
            "trt_profile_max_shapes");

    private ModelProvider() {}

    static void tag(ExecutionProvider provider, Registration registration) {
        registration.tag(
                TAG, with(ExecutionProvider.parse(provider.name()), provider).text());
    }

    /** With what the version was made for, where it was made for this provider; the settings given here come first. */
    static ExecutionProvider of(ModelVersion version, ExecutionProvider given) {
        String tag = version.tags().get(TAG);
        if (tag == null) {
            return given;
        }
        ExecutionProvider made = ExecutionProvider.parse(tag);
        if (!made.name().equals(given.name())) {
            return given;
        }
        ExecutionProvider joined = with(given, made);
        for (Map.Entry<String, String> own : given.options().entrySet()) {
            joined = joined.option(own.getKey(), own.getValue());
        }
        return joined;
    }

    private static ExecutionProvider with(ExecutionProvider start, ExecutionProvider made) {
        ExecutionProvider more = start;
        for (Map.Entry<String, String> option : made.options().entrySet()) {
            if (OF_THE_GRAPH.contains(option.getKey())) {
                more = more.option(option.getKey(), option.getValue());
            }
        }
        return more;
    }
}
