package io.edgeai.core.runtime.djl;

import ai.djl.util.Utils;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Unpacks the natives of {@code org.tensorflow:tensorflow-core-native}: the jar that the Deep Java Library publishes itself
 * lacks libraries that its own code asks for.
 */
final class TensorFlowNatives {
    private static final String ROOT = "org/tensorflow/internal/c_api/" + Platforms.javacpp() + "/";
    private static final String ABOUT = "META-INF/maven/org.tensorflow/tensorflow-core-native/pom.properties";

    private TensorFlowNatives() {}

    /** Where the natives lie, unpacked now or earlier by any process. */
    static Path folder() {
        ClassLoader loader = Utils.class.getClassLoader();
        URL jni = loader.getResource(ROOT + System.mapLibraryName("jnitensorflow"));
        if (jni == null) {
            throw new Platforms.MissingPart("its native library is not here (tensorflow-core-native)");
        }
        Path target = Utils.getEngineCacheDir("tensorflow")
                .resolve("core-native-" + version(loader) + "-" + Platforms.javacpp());
        if (!Files.isDirectory(target)) {
            unpack(jni, target);
        }
        return target;
    }

    private static String version(ClassLoader loader) {
        Properties about = new Properties();
        try (InputStream in = loader.getResourceAsStream(ABOUT)) {
            if (in != null) {
                about.load(in);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + ABOUT + ").", e);
        }
        return about.getProperty("version", "unknown");
    }

    private static void unpack(URL jni, Path target) {
        try {
            Files.createDirectories(target.getParent());
            Path fresh = Files.createTempDirectory(target.getParent(), "unpacking");
            List<Path> files = new ArrayList<>();
            JarFile jar = ((JarURLConnection) jni.openConnection()).getJarFile();
            for (JarEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                if (name.startsWith(ROOT) && name.indexOf('/', ROOT.length()) < 0 && !entry.isDirectory()) {
                    Path file = fresh.resolve(name.substring(ROOT.length()));
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                    files.add(file);
                }
            }
            moveUnlessThere(fresh, target, files);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot unpack TensorFlow's natives to (" + target + "). Maybe set DJL_CACHE_DIR to a folder with"
                            + " 700 MB of room.",
                    e);
        }
    }

    private static void moveUnlessThere(Path fresh, Path target, List<Path> files) throws IOException {
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
            for (Path file : files) { // another process was faster
                Files.delete(file);
            }
            Files.delete(fresh);
        }
    }
}
