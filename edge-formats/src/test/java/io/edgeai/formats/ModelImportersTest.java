package io.edgeai.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import io.edgeai.formats.xgboost.XgboostImporter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class paths with no, one, two and competing importers, each loaded apart. */
class ModelImportersTest {
    private static final String SERVICE = "META-INF/services/" + ModelImporter.class.getName();

    @TempDir
    Path folder;

    /** Calls itself an importer of Core ML. */
    public static final class OtherFormat implements ModelImporter {
        @Override
        public ModelFormat format() {
            return ModelFormat.COREML;
        }

        @Override
        public ImportedModel read(Path source) {
            return new ImportedModel(OnnxGraph.create("other", 17), format(), "test", List.of("read " + source));
        }
    }

    /** Competes with the one for XGBoost. */
    public static final class SecondXgboost implements ModelImporter {
        @Override
        public ModelFormat format() {
            return ModelFormat.XGBOOST;
        }

        @Override
        public ImportedModel read(Path source) {
            return new ImportedModel(OnnxGraph.create("second", 17), format(), "second", List.of());
        }
    }

    private static Path classes() {
        try {
            return Path.of(ModelImporters.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** The module's classes without their own service file, so that a test says who is found. */
    private Path classesWithoutServices() throws IOException {
        Path copy = folder.resolve("classes");
        try (Stream<Path> files = Files.walk(classes())) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("META-INF"))
                    .forEach(file -> {
                        Path to = copy.resolve(classes().relativize(file).toString());
                        try {
                            Files.createDirectories(to.getParent());
                            Files.copy(file, to);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        return copy;
    }

    private Path services(String name, Class<?>... importers) throws IOException {
        Path root = folder.resolve(name);
        Files.createDirectories(root.resolve(SERVICE).getParent());
        Files.write(
                root.resolve(SERVICE), Stream.of(importers).map(Class::getName).toList());
        return root;
    }

    /** What an application with that class path would discover: format and class of each importer it may use. */
    private static Set<String> formats(Path... first) throws Exception {
        try (URLClassLoader apart = apart(first)) {
            Object discovered = discover(apart);
            Set<?> formats = (Set<?>) discovered.getClass().getMethod("formats").invoke(discovered);
            return Set.copyOf(formats.stream().map(Object::toString).toList());
        }
    }

    private static Object discover(ClassLoader apart) throws ReflectiveOperationException {
        return apart.loadClass(ModelImporters.class.getName())
                .getMethod("discover")
                .invoke(null);
    }

    private static URLClassLoader apart(Path... first) {
        List<URL> urls = new ArrayList<>();
        for (Path path : first) {
            urls.add(url(path));
        }
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(path).toAbsolutePath().equals(classes().toAbsolutePath())) {
                urls.add(url(Path.of(path)));
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theModuleFindsItsOwn() {
        ModelImporters found = ModelImporters.discover();
        assertThat(found.formats())
                .contains(
                        ModelFormat.XGBOOST,
                        ModelFormat.SCIKIT_LEARN,
                        ModelFormat.TFLITE,
                        ModelFormat.OPENVINO,
                        ModelFormat.HUGGINGFACE);
        assertThatThrownBy(() -> found.formats().add(ModelFormat.ONNX))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void withoutAnyImporterNothingIsConvertibleAndTheErrorSaysSo() throws Exception {
        Path bare = classesWithoutServices();
        assertThat(formats(bare)).isEmpty();
        try (URLClassLoader apart = apart(bare)) {
            Object none = discover(apart);
            Class<?> format = apart.loadClass(ModelFormat.class.getName());
            Object xgboost = format.getMethod("valueOf", String.class).invoke(null, "XGBOOST");
            assertThatThrownBy(() -> none.getClass()
                            .getMethod("read", format, Path.class)
                            .invoke(none, xgboost, folder))
                    .hasRootCauseMessage("Models of format (XGBoost) cannot be converted to ONNX in this version;"
                            + " convertible: []. Maybe export the model to ONNX where it was trained.");
        }
    }

    @Test
    void importersOfOtherJarsAreFoundBesideTheModulesOwn() throws Exception {
        assertThat(formats(services("other", OtherFormat.class), classes()))
                .contains("XGBOOST", "SCIKIT_LEARN", "COREML", "TFLITE", "OPENVINO");
    }

    @Test
    void ofTwoForOneFormatTheFirstOfTheClassPathWins() throws Exception {
        Path bare = classesWithoutServices();
        Path two = services("two", SecondXgboost.class, XgboostImporter.class);
        Path one = services("one", XgboostImporter.class, SecondXgboost.class);
        assertThat(answering(two, bare)).isEqualTo("second");
        assertThatThrownBy(() -> answering(one, bare))
                .as("XGBoost's own importer, which finds no model in a folder")
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(formats(two, bare)).containsExactly("XGBOOST");
    }

    /** The producer that the winning importer reports. */
    private String answering(Path... first) throws Exception {
        try (URLClassLoader apart = apart(first)) {
            Object found = discover(apart);
            Class<?> format = apart.loadClass(ModelFormat.class.getName());
            Object xgboost = format.getMethod("valueOf", String.class).invoke(null, "XGBOOST");
            Object imported =
                    found.getClass().getMethod("read", format, Path.class).invoke(found, xgboost, folder);
            return (String) imported.getClass().getMethod("producer").invoke(imported);
        }
    }

    @Test
    void aServiceFileThatNamesNoClassIsAnErrorAndNotSilence() throws Exception {
        Path broken = services("broken");
        Files.writeString(broken.resolve(SERVICE), "io.edgeai.formats.NoSuchImporter\n");
        assertThatThrownBy(() -> formats(broken, classesWithoutServices()))
                .hasRootCauseInstanceOf(java.util.ServiceConfigurationError.class);
    }

    @Test
    void notesOfAnImportCannotBeChangedLater() {
        List<String> notes = new ArrayList<>(List.of("one"));
        ImportedModel imported = new ImportedModel(OnnxGraph.create("g", 17), ModelFormat.COREML, "", notes);
        notes.add("two");
        assertThat(imported.notes()).containsExactly("one");
        assertThatThrownBy(() -> ModelImporters.discover().read(ModelFormat.TENSORRT, folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("convertible: [")
                .hasMessageContaining("TFLITE");
    }
}
