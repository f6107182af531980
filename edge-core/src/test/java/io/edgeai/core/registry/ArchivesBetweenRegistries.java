package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two registries and a ZIP file that goes from one to the other, forged on the way where a test likes. */
abstract class ArchivesBetweenRegistries {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String INDEX = "edgeai-archive.json";

    @TempDir
    Path folder;

    EdgeModelRegistry from;
    EdgeModelRegistry to;
    Path zip;

    @BeforeEach
    void open() {
        from = EdgeModelRegistry.open(folder.resolve("from"));
        to = EdgeModelRegistry.open(folder.resolve("to"));
        zip = folder.resolve("models.zip");
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
    }

    static ModelVersion add(EdgeModelRegistry registry, String model, String content) {
        return registry.register(model, content.getBytes(StandardCharsets.UTF_8), r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN));
    }

    static ModelVersion derive(EdgeModelRegistry registry, String model, VersionRef parent, String content) {
        return registry.register(model, content.getBytes(StandardCharsets.UTF_8), r -> r.format(ModelFormat.TENSORRT)
                .signature(Signature.UNKNOWN)
                .derivedFrom(parent, "step"));
    }

    void export(VersionRef... refs) {
        from.exportTo(zip, List.of(refs));
    }

    Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                entries.put(entry.getName(), file.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    void write(Map<String, byte[]> entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
    }

    /** Changes the list of records and leaves the bytes. */
    void forge(Consumer<ArrayNode> change) throws IOException {
        Map<String, byte[]> entries = entries();
        JsonNode index = JSON.readTree(entries.get(INDEX));
        change.accept((ArrayNode) index.get("versions"));
        entries.put(INDEX, JSON.writeValueAsBytes(index));
        write(entries);
    }
}
