package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An OCI image layout in a folder as the specification's text and JSON schemas describe it (image-spec 1.1: image-layout.md,
 * image-index.md, manifest.md, descriptor.md), read and forged by nothing but the JDK and a JSON parser.
 */
record PlainLayout(Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String MEDIA_TYPE =
            "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";
    private static final String REF_NAME = "[A-Za-z0-9]+((-|\\.|_|:|@|\\+|--)[A-Za-z0-9]+)*";

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    ObjectNode index() throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(folder.resolve("index.json")));
    }

    Path blob(JsonNode descriptor) {
        return folder.resolve("blobs/sha256")
                .resolve(descriptor.get("digest").textValue().substring(7));
    }

    ObjectNode document(JsonNode descriptor) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readAllBytes(blob(descriptor)));
    }

    /** The manifest of a name that other tools ask by. */
    ObjectNode manifest(String refName) throws IOException {
        for (JsonNode descriptor : index().get("manifests")) {
            if (refName.equals(descriptor
                    .at("/annotations/org.opencontainers.image.ref.name")
                    .asText())) {
                return document(descriptor);
            }
        }
        throw new AssertionError("no manifest is named " + refName + " in " + index());
    }

    /** Holds every rule against every file. */
    void check() throws IOException {
        JsonNode header = JSON.readTree(Files.readAllBytes(folder.resolve("oci-layout")));
        assertThat(header.get("imageLayoutVersion").textValue()).isEqualTo("1.0.0");
        ObjectNode index = index();
        assertThat(index.get("schemaVersion").intValue()).isEqualTo(2);
        assertThat(index.get("mediaType").textValue()).isEqualTo("application/vnd.oci.image.index.v1+json");
        Set<String> reached = new TreeSet<>();
        for (JsonNode descriptor : index.get("manifests")) {
            checkManifest(descriptor, reached);
        }
        assertThat(blobs()).as("blobs that some manifest reaches").isEqualTo(reached);
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .allMatch(name -> name.matches("oci-layout|index\\.json|blobs/sha256/[0-9a-f]{64}"));
        }
    }

    private void checkManifest(JsonNode descriptor, Set<String> reached) throws IOException {
        checkDescriptor(descriptor, reached);
        assertThat(descriptor.get("mediaType").textValue()).isEqualTo(MANIFEST);
        ObjectNode manifest = document(descriptor);
        assertThat(manifest.get("schemaVersion").intValue()).isEqualTo(2);
        assertThat(manifest.get("mediaType").textValue()).isEqualTo(MANIFEST);
        assertThat(manifest.get("artifactType")).isEqualTo(descriptor.get("artifactType"));
        assertThat(manifest.get("artifactType").textValue()).matches(MEDIA_TYPE);
        checkAnnotations(manifest);
        assertThat(manifest.get("annotations")
                        .get("org.opencontainers.image.created")
                        .textValue())
                .as("RFC 3339")
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        checkDescriptor(manifest.get("config"), reached);
        assertThat(manifest.get("layers")).isInstanceOf(ArrayNode.class).isNotEmpty();
        for (JsonNode layer : manifest.get("layers")) {
            checkDescriptor(layer, reached);
        }
    }

    private void checkDescriptor(JsonNode descriptor, Set<String> reached) throws IOException {
        assertThat(descriptor.get("mediaType").textValue()).matches(MEDIA_TYPE);
        assertThat(descriptor.get("size").isIntegralNumber()).isTrue();
        assertThat(descriptor.get("digest").textValue()).matches("sha256:[0-9a-f]{64}");
        checkAnnotations(descriptor);
        byte[] bytes = Files.readAllBytes(blob(descriptor));
        assertThat(bytes).hasSize(descriptor.get("size").intValue());
        String hex = sha256(bytes);
        assertThat(descriptor.get("digest").textValue()).isEqualTo("sha256:" + hex);
        reached.add(hex);
    }

    private static void checkAnnotations(JsonNode node) {
        node.path("annotations").properties().forEach(each -> {
            assertThat(each.getValue().isTextual()).as("%s", each).isTrue();
            if (each.getKey().equals("org.opencontainers.image.ref.name")) {
                assertThat(each.getValue().textValue()).matches(REF_NAME);
            }
        });
    }

    Set<String> blobs() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("blobs/sha256"))) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    void writeIndex(JsonNode index) throws IOException {
        Files.writeString(folder.resolve("index.json"), index.toString());
    }

    /** Changes the first manifest and all digests on the way to it, as somebody who may write the layout can. */
    void forgeManifest(Consumer<ObjectNode> change) throws IOException {
        ObjectNode index = index();
        ObjectNode descriptor = (ObjectNode) index.at("/manifests/0");
        ObjectNode manifest = document(descriptor);
        change.accept(manifest);
        point(descriptor, manifest.toString());
        writeIndex(index);
    }

    /** Changes the record of the first manifest likewise. */
    void forgeRecord(Consumer<ObjectNode> change) throws IOException {
        ObjectNode record = document(document(index().at("/manifests/0")).get("config"));
        change.accept(record);
        forgeManifest(manifest -> point((ObjectNode) manifest.get("config"), record.toString()));
    }

    /** Lets a descriptor be that of other bytes, which are added. */
    void point(ObjectNode descriptor, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(folder.resolve("blobs/sha256").resolve(sha256(bytes)), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        descriptor.put("digest", "sha256:" + sha256(bytes)).put("size", bytes.length);
    }

    /** Whether the system's own tar ends well on this. */
    static boolean tar(String... arguments) throws Exception {
        List<String> command =
                Stream.concat(Stream.of("tar"), Stream.of(arguments)).toList();
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
