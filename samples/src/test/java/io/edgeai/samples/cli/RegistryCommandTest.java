package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryCommandTest {
    @TempDir
    Path dir;

    private Path first;
    private Path second;

    @BeforeEach
    void models() {
        first = Graphs.write(Graphs.affine(), dir.resolve("first.onnx"));
        second = Graphs.write(Graphs.perceptron(), dir.resolve("second.onnx"));
    }

    private Path home() {
        return dir.resolve("home");
    }

    private Console registry(String words, Object... more) {
        String[] split = words.split(" ");
        Object[] all = new Object[split.length + more.length + 3];
        all[0] = "registry";
        System.arraycopy(split, 0, all, 1, split.length);
        System.arraycopy(more, 0, all, split.length + 1, more.length);
        all[all.length - 2] = "--home";
        all[all.length - 1] = home();
        return Console.run(all);
    }

    private void ok(String words, Object... more) {
        Console console = registry(words, more);
        assertThat(console.code()).as(console.err()).isZero();
    }

    private static List<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> node.get(field).textValue())
                .toList();
    }

    @Test
    void registerPrintsTheReferenceAndNothingElse() {
        assertThat(registry("register digits", first).out()).isEqualTo("digits@1\n");
        assertThat(registry("register digits", second).out()).isEqualTo("digits@2\n");
        assertThat(registry("register other", second).out()).isEqualTo("other@1\n");
    }

    @Test
    void whatWasRegisteredIsThereForTheLibrary() throws IOException {
        ok("register digits", first);
        JsonNode answer = Answers.json(
                registry(
                        "register digits",
                        second,
                        "--workload",
                        "computer_vision",
                        "--tag",
                        "set=2026-10",
                        "--tag",
                        "by=ana",
                        "--derived-from",
                        "digits@1",
                        "--how",
                        "wider",
                        "--json"),
                0);

        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home())) {
            ModelVersion version = registry.get("digits@2");
            assertThat(version.workload()).isEqualTo(WorkloadType.COMPUTER_VISION);
            assertThat(version.tags()).containsEntry("set", "2026-10").containsEntry("by", "ana");
            assertThat(version.parent().orElseThrow()).hasToString("digits@1");
            assertThat(version.derivation()).isEqualTo("wider");
            assertThat(registry.file(version.ref())).hasSameBinaryContentAs(second);
        }
        assertThat(answer.get("ref").textValue()).isEqualTo("digits@2");
        assertThat(answer.get("sha256").textValue())
                .isEqualTo(Digest.of(Files.readAllBytes(second)).hex());
        assertThat(answer.get("parent").textValue()).isEqualTo("digits@1");
        assertThat(answer.get("tags").get("by").textValue()).isEqualTo("ana");
        assertThat(answer.get("inputs").get(0).textValue()).isEqualTo("x: FLOAT[N,64]");
    }

    @Test
    void listShowsAllOrOneModel() {
        ok("register b", first);
        ok("register a", first);
        ok("register a", second);
        ok("promote a@2");

        JsonNode all = Answers.json(registry("list --json"), 0);
        Console page = registry("list a");

        assertThat(texts(all, "ref")).containsExactly("a@1", "a@2", "b@1");
        assertThat(texts(all, "stage")).containsExactly("REGISTERED", "ACTIVE", "REGISTERED");
        assertThat(page.out().lines()).hasSize(3);
        assertThat(page.out()).contains("version", "a@2", "ACTIVE", "ONNX").doesNotContain("b@1");
    }

    @Test
    void unknownModelsAreRefused() {
        ok("register a", first);
        ok("gc");

        assertThat(Answers.json(registry("list --json"), 0)).hasSize(1);
        Answers.refused(registry("list unknown"), "(unknown)");
    }

    @Test
    void showTellsOneVersionInFull() {
        ok("register digits", first, "--tag", "k=v");
        ok("register digits", second, "--derived-from", "digits@1", "--how", "wider");
        ok("promote digits@2 --reason better");

        Console page = registry("show digits");
        JsonNode answer = Answers.json(registry("show digits@1 --json"), 0);

        assertThat(page.out())
                .contains("version     digits@2")
                .contains("stage       ACTIVE")
                .contains("made by     wider of digits@1")
                .contains("lineage     digits@1 -> digits@2")
                .contains("children    none");
        assertThat(answer.get("version").get("ref").textValue()).isEqualTo("digits@1");
        assertThat(answer.get("version").get("derivation").isNull()).isTrue();
        assertThat(answer.get("children").get(0).textValue()).isEqualTo("digits@2");
        assertThat(Path.of(answer.get("file").textValue())).hasSameBinaryContentAs(first);
        assertThat(registry("show digits@1").out()).contains("tag         k=v", "made by     an original");
    }

    @Test
    void stagesMoveAsTheLibrarySays() {
        ok("register digits", first);
        ok("register digits", second);

        assertThat(registry("promote digits@1 --reason one").out()).isEqualTo("digits@1 is active\n");
        assertThat(registry("promote digits@2 --reason two").out()).isEqualTo("digits@2 is active\n");
        JsonNode back = Answers.json(registry("rollback digits --reason worse --json"), 0);
        assertThat(registry("retire digits@2 --reason gone").out()).isEqualTo("digits@2 is retired\n");

        assertThat(back.get("ref").textValue()).isEqualTo("digits@1");
        assertThat(back.get("stage").textValue()).isEqualTo("ACTIVE");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home())) {
            assertThat(registry.active("digits").ref()).hasToString("digits@1");
            assertThat(registry.get("digits@2").stage()).isEqualTo(Stage.RETIRED);
        }
    }

    @Test
    void theAuditKnowsWhoAndWhy() {
        ok("register digits", first);
        ok("promote digits@1 --reason release");

        JsonNode lines = Answers.json(registry("audit digits --json"), 0);

        assertThat(texts(lines, "action")).containsExactly("REGISTERED", "VALIDATION_STARTED", "VALIDATED", "PROMOTED");
        assertThat(lines.get(3).get("detail").textValue()).isEqualTo("release");
        assertThat(lines.get(3).get("actor").textValue()).isNotBlank();
        assertThat(registry("audit digits").out())
                .contains("PROMOTED", "release")
                .contains("when");
    }

    @Test
    void verifyFindsOneChangedByte() throws IOException {
        ok("register digits", first);
        ok("register digits", second);
        assertThat(registry("verify").out()).isEqualTo("2 of 2 versions ok\n");
        Path file;
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home())) {
            file = registry.file(registry.get("digits@1").ref());
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.write(file, bytes);

        Console page = registry("verify");
        JsonNode answer = Answers.json(registry("verify --json"), 1);

        assertThat(page.code()).isEqualTo(1);
        assertThat(page.out()).contains("digits@1 is ", "1 of 2 versions ok");
        assertThat(answer.get("ok").booleanValue()).isFalse();
        assertThat(texts(answer.get("versions"), "ref")).containsExactly("digits@1", "digits@2");
        assertThat(texts(answer.get("versions"), "state").get(1)).isEqualTo("OK");
        assertThat(texts(answer.get("versions"), "state").get(0)).isNotEqualTo("OK");
        Answers.refused(registry("show digits@1"), "digits@1");
    }

    @Test
    void exportedVersionsArriveElsewhereWithTheirBytes() {
        ok("register digits", first);
        ok("register digits", second);
        ok("register other", first);
        Path zip = dir.resolve("out.zip");

        JsonNode all = Answers.json(registry("export --json -o", zip), 0);
        assertThat(all.get("versions")).hasSize(3);
        assertThat(all.get("bytes").longValue()).isEqualTo(zip.toFile().length());
        assertThat(registry("export digits@2 digits@2 -o", zip).out()).startsWith("1 versions, ");
        Path elsewhere = dir.resolve("elsewhere");
        Console page = Console.run("registry", "import", zip, "--home", elsewhere);

        assertThat(page.out()).isEqualTo("digits@2 -> digits@2\n");
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(elsewhere)) {
            assertThat(registry.versions("digits")).hasSize(1);
            assertThat(registry.file(registry.get("digits@2").ref())).hasSameBinaryContentAs(second);
        }
        JsonNode again = Answers.json(Console.run("registry", "import", zip, "--home", elsewhere, "--json"), 0);
        assertThat(again.get(0).get("here").get("ref").textValue()).isEqualTo("digits@2");
        assertThat(Answers.json(registry("export digits --json -o", zip), 0).get("versions"))
                .hasSize(2);
    }

    @Test
    void aSignedVersionTravelsAsAnOciImageLayout() {
        ok("register digits", first);
        Path key = dir.resolve("ops");
        assertThat(Console.run("registry", "key", key).code()).isZero();
        ok("sign digits@1 --key", key + ".pem", "--public", key + ".pub.pem");
        for (String name : List.of("layout", "layout.tar")) {
            Path layout = dir.resolve(name);
            JsonNode written = Answers.json(registry("export --oci --json -o", layout), 0);
            assertThat(written.get("versions")).hasSize(1);
            assertThat(written.get("bytes").longValue())
                    .isGreaterThan(first.toFile().length());
            Path elsewhere = dir.resolve("from-" + name);
            Console taken =
                    Console.run("registry", "import", layout, "--trusted", key + ".pub.pem", "--home", elsewhere);
            assertThat(taken.out()).as(taken.err()).isEqualTo("digits@1 -> digits@1\n");
        }
        Path other = dir.resolve("other");
        assertThat(Console.run("registry", "key", other).code()).isZero();
        Answers.refused(
                Console.run(
                        "registry",
                        "import",
                        dir.resolve("layout"),
                        "--trusted",
                        other + ".pub.pem",
                        "--home",
                        dir.resolve("strict")),
                "digits@1",
                "has no signature by any of");
    }

    @Test
    void gcFreesNothingThatIsInUse() {
        ok("register digits", first);

        assertThat(Answers.json(registry("gc --json"), 0).get("freedBytes").longValue())
                .isZero();
        assertThat(registry("gc").out()).isEqualTo("freed 0 B\n");
        assertThat(registry("verify").code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "show a@1",
                "promote a@1",
                "rollback a",
                "retire a@1",
                "verify",
                "audit a",
                "gc",
                "export -o x.zip"
            })
    void lookingMakesNoRegistry(String words) {
        Answers.refused(registry(words), "There is no registry in (");
        assertThat(home()).doesNotExist();
    }

    @Test
    void whatIsNotThereIsRefused() throws IOException {
        ok("register digits", first);

        Answers.refused(registry("show digits@7"), "(digits)", "(7)");
        Answers.refused(registry("show digit@1"), "digit", "digits");
        Answers.refused(registry("show digits"), "digits");
        Answers.refused(registry("promote digits"), "(digits)");
        Answers.refused(registry("promote digits@x"), "(digits@x)");
        Answers.refused(registry("rollback digits"), "digits");
        Answers.refused(registry("register digits", dir.resolve("missing.onnx")), "missing.onnx");
        Answers.refused(registry("register bad/name", first), "bad/name");
        Answers.refused(registry("register digits", second, "--derived-from", "digits@1"), "--how");
        Answers.refused(registry("register digits", second, "--derived-from", "digits@9", "--how", "x"), "digits", "9");
        Answers.refused(registry("export nothing -o", dir.resolve("n.zip")), "nothing");
        Path text = Files.writeString(dir.resolve("text.zip"), "no archive");
        Answers.refused(registry("import", text), "text.zip");
        assertThat(Answers.json(registry("list --json"), 0)).hasSize(1);
    }

    @Test
    void aRetiredVersionStaysRetired() {
        ok("register digits", first);
        ok("retire digits@1");

        Answers.refused(registry("promote digits@1"), "digits@1");
    }
}
