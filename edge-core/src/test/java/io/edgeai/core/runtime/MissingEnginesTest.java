package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Core as a program has it that added no optional dependency, or half of one: a class loader without those jars. */
class MissingEnginesTest {
    private static final String OPTIONAL = ".*(xgboost4j|pytorch|tensorflow|tokenizers|ai.djl).*";
    private static final String NATIVES = ".*(pytorch-jni|pytorch-native|tensorflow-core-native).*";

    private static URLClassLoader without(String jars) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            String jar = Path.of(entry).toString().replace('\\', '/');
            if (!jar.endsWith(".jar") || !jar.matches(jars)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** What a fresh {@link Engines} says, read through reflection because its classes are others than ours. */
    private static Map<String, String> details(String jars) throws Exception {
        try (URLClassLoader loader = without(jars)) {
            Class<?> engines = loader.loadClass(Engines.class.getName());
            Object all = engines.getMethod("discover").invoke(null);
            Map<String, String> details = new TreeMap<>();
            for (Object status : (List<?>) engines.getMethod("status").invoke(all)) {
                Object name = status.getClass().getMethod("name").invoke(status);
                Object available = status.getClass().getMethod("availability").invoke(status);
                details.put(name.toString(), available.toString());
            }
            return details;
        }
    }

    @Test
    void eachEngineLoadsWithoutItsLibraryAndNamesTheDependency() throws Exception {
        Map<String, String> details = details(OPTIONAL);

        assertThat(details.get("onnxruntime")).contains("usable=true");
        assertThat(details.get("xgboost"))
                .contains("usable=false", "classes are not here", "ml.dmlc:xgboost4j_2.12:3.0.4");
        assertThat(details.get("pytorch"))
                .contains("usable=false", "classes are not here", "ai.djl.pytorch:pytorch-engine:0.35.1")
                .contains("ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1", "ai.djl.pytorch:pytorch-native-cpu:2.7.1:");
        assertThat(details.get("tensorflow"))
                .contains("usable=false", "classes are not here", "ai.djl.tensorflow:tensorflow-engine:0.36.0")
                .contains("org.tensorflow:tensorflow-core-native:1.0.0:");
    }

    @Test
    void anEngineWithoutItsNativesSaysWhichJarLacks() throws Exception {
        Map<String, String> details = details(NATIVES);

        assertThat(details.get("pytorch"))
                .contains("usable=false", "native library is not here (pytorch-jni). Maybe add the dependency");
        assertThat(details.get("tensorflow"))
                .contains("usable=false", "native library is not here (tensorflow-core-native). Maybe add");
    }
}
