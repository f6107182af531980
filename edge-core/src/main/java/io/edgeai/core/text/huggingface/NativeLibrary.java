package io.edgeai.core.text.huggingface;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native library from its jar, unpacked into DJL's cache folder. Only the lowest layer of DJL is used: the
 * layers above report their use over the network.
 */
final class NativeLibrary {
    /** Keeps DJL from fetching another build of the library where it sees a GPU. */
    private static final String OFFLINE = "ai.djl.offline";

    private NativeLibrary() {}

    static synchronized TokenizersLibrary load() {
        String before = System.getProperty(OFFLINE);
        System.setProperty(OFFLINE, "true");
        try {
            LibUtils.checkStatus();
            return TokenizersLibrary.LIB;
        } finally {
            restore(before);
        }
    }

    private static void restore(@Nullable String before) {
        if (before == null) {
            System.clearProperty(OFFLINE);
        } else {
            System.setProperty(OFFLINE, before);
        }
    }

    static String version() {
        Properties properties = new Properties();
        try (InputStream in = LibUtils.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return "of unknown version";
        }
        return properties.getProperty("version", "of unknown version");
    }
}
