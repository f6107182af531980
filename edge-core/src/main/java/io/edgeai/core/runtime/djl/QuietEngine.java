package io.edgeai.core.runtime.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Starts an engine of the Deep Java Library without its habits: left alone it fetches missing natives, and reports its use,
 * over the network. System properties say so while it starts and have their old values afterwards.
 */
final class QuietEngine {
    private static final Map<String, String> QUIET = Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true");

    private QuietEngine() {}

    /**
     * @param settings further system properties for the start; those that the host set stay as they are
     * @throws Platforms.MissingPart where the engine's jar is not here
     */
    static Engine start(String name, Map<String, String> settings) {
        requireProvider(name);
        synchronized (QuietEngine.class) {
            Map<String, String> before = new TreeMap<>();
            settings.forEach((key, value) -> {
                if (System.getProperty(key) == null) {
                    set(key, value, before);
                }
            });
            QUIET.forEach((key, value) -> set(key, value, before));
            try {
                return Engine.getEngine(name);
            } finally {
                before.forEach((key, value) -> {
                    if (value.isEmpty()) {
                        System.clearProperty(key);
                    } else {
                        System.setProperty(key, value);
                    }
                });
            }
        }
    }

    private static void set(String key, String value, Map<String, String> before) {
        before.put(key, System.getProperty(key, ""));
        System.setProperty(key, value);
    }

    /** Looks without touching {@link Engine}, whose class starts by asking the network. */
    private static void requireProvider(String name) {
        for (EngineProvider provider :
                ServiceLoader.load(EngineProvider.class, EngineProvider.class.getClassLoader())) {
            if (provider.getEngineName().equals(name)) {
                return;
            }
        }
        throw new Platforms.MissingPart("the engine of the Deep Java Library is not here");
    }

    static Model newModel(Engine engine) {
        return engine.newModel("edgeai", Device.cpu());
    }
}
