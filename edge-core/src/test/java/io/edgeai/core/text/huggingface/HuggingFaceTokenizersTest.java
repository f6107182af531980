package io.edgeai.core.text.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.text.Tokenizers;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The optional dependency: what happens without it, and what is touched with it. */
class HuggingFaceTokenizersTest {
    @TempDir
    Path folder;

    /** The class path of this test without DJL. */
    private static URLClassLoader withoutDjl() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.replace('\\', '/').contains("/ai/djl/")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void withoutTheDependencyTheErrorNamesIt() throws Exception {
        Natives.wordPieceFolder(folder, List.of("oil"), "{}");
        try (URLClassLoader loader = withoutDjl()) {
            Class<?> tokenizers = loader.loadClass(Tokenizers.class.getName());
            Map<?, ?> status = (Map<?, ?>) tokenizers.getMethod("status").invoke(null);
            Throwable failure = null;
            try {
                tokenizers.getMethod("open", Path.class).invoke(null, folder);
            } catch (InvocationTargetException e) {
                failure = e.getCause();
            }

            assertThat(status.get("huggingface").toString())
                    .contains("usable=false")
                    .contains("Maybe add the dependency ai.djl.huggingface:tokenizers:0.36.0");
            assertThat(failure).isNotNull();
            assertThat(failure.getClass().getSimpleName()).isEqualTo("RuntimeUnavailableException");
            assertThat(failure).hasMessageContaining("ai.djl.huggingface:tokenizers:0.36.0");
        }
    }

    @Test
    void loadingLeavesTheSystemPropertiesAsTheyWere() {
        Natives.assumeHere();
        String before = System.getProperty("ai.djl.offline");
        try {
            System.clearProperty("ai.djl.offline");
            new HuggingFaceTokenizers().availability();
            assertThat(System.getProperty("ai.djl.offline")).isNull();
            System.setProperty("ai.djl.offline", "false");
            new HuggingFaceTokenizers().availability();
            assertThat(System.getProperty("ai.djl.offline")).isEqualTo("false");
        } finally {
            if (before == null) {
                System.clearProperty("ai.djl.offline");
            } else {
                System.setProperty("ai.djl.offline", before);
            }
        }
    }

    /** The layers of DJL above its native interface report their use over the network when they are first called. */
    @Test
    void onlyTheNativeInterfaceOfDjlIsUsed() throws IOException {
        for (Class<?> each :
                List.of(NativeTokenizer.class, NativeLibrary.class, NativeText.class, HuggingFaceTokenizers.class)) {
            try (InputStream in = each.getResourceAsStream(each.getSimpleName() + ".class")) {
                String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                Matcher foreign = Pattern.compile("ai/djl/[A-Za-z/]*").matcher(constants);
                List<String> named =
                        foreign.results().map(match -> match.group()).toList();

                assertThat(named)
                        .as(each.getSimpleName())
                        .allMatch(name -> name.startsWith("ai/djl/huggingface/tokenizers/jni/"));
            }
        }
    }

    @Test
    void theProviderSaysWhichVersionIsHere() {
        Natives.assumeHere();

        assertThat(new HuggingFaceTokenizers().name()).isEqualTo("huggingface");
        assertThat(new HuggingFaceTokenizers().availability().detail()).isEqualTo("tokenizers 0.21.0-0.36.0");
    }
}
