package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.samples.Console;
import io.edgeai.samples.EdgeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeployCommandTest {
    private static final String TOKEN = "a token of sixteen or more";

    @TempDir
    private Path dir;

    private Path plan;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        plan = Files.writeString(
                dir.resolve("plan.json"), "{\"assignments\": [" + at("a") + ", " + at("b") + ", " + at("b") + "]}");
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        model = Files.write(dir.resolve("faces.onnx"), bytes);
    }

    private static String at(String site) {
        return "{\"workload\": \"faces\", \"replica\": 0, \"site\": \"" + site
                + "\", \"node\": \"main\", \"variant\": \"faces@1\", \"device\": -1}";
    }

    @Test
    void agentsAndFoldersGetTheirModels() throws IOException {
        Path token = Files.writeString(dir.resolve("token"), TOKEN + "\n");
        try (SiteAgent agent = SiteAgent.builder(dir.resolve("a")).token(TOKEN).start()) {
            JsonNode answer = Answers.json(
                    Console.run(
                            "deploy",
                            plan,
                            "--site",
                            "a=" + agent.uri(),
                            "--site",
                            "b=" + dir.resolve("b"),
                            "--model",
                            "faces@1=" + model,
                            "--token-file",
                            token,
                            "--json"),
                    0);

            assertThat(answer.get("status").textValue()).isEqualTo("COMPLETED");
            assertThat(answer.get("sites").get("a").textValue()).isEqualTo("DONE");
            assertThat(answer.get("sentBytes").longValue()).isEqualTo(600_000);
        }
        JsonNode live =
                new ObjectMapper().readTree(dir.resolve("b/live/faces.json").toFile());
        assertThat(live.get("replicas").intValue()).isEqualTo(2);
        assertThat(dir.resolve("b/blobs").resolve(live.get("artifact").textValue()))
                .hasSameBinaryContentAs(model);
    }

    @Test
    void aSiteThatIsNotThereUndoesAllAndTheJournalKnows() {
        Path journal = dir.resolve("journal");
        Console console = Console.run(
                "deploy",
                plan,
                "--site",
                "a=http://127.0.0.1:1",
                "--site",
                "b=" + dir.resolve("b"),
                "--model",
                "faces@1=" + model,
                "--journal",
                journal);

        assertThat(console.code()).isEqualTo(1);
        assertThat(console.out()).contains("rolled back: (1) sites failed").contains("does not answer");
        assertThat(dir.resolve("b/live")).isEmptyDirectory();
        assertThat(journal).content().contains("\"rollback\"");
    }

    @Test
    void anOlderModelMakesTheTransferSmall() throws IOException {
        Console.run(
                "deploy",
                plan,
                "--site",
                "a=" + dir.resolve("a"),
                "--site",
                "b=" + dir.resolve("b"),
                "--model",
                "faces@1=" + model);
        byte[] bytes = Files.readAllBytes(model);
        bytes[200_000]++;
        Path tuned = Files.write(dir.resolve("tuned.onnx"), bytes);

        JsonNode answer = Answers.json(
                Console.run(
                        "deploy",
                        plan,
                        "--site",
                        "a=" + dir.resolve("a"),
                        "--site",
                        "b=" + dir.resolve("b"),
                        "--model",
                        "faces@1=" + tuned,
                        "--base",
                        model,
                        "--json"),
                0);

        assertThat(answer.get("sentBytes").longValue()).isBetween(1L, 2 * 300_000L * 6 / 100);
    }

    @ParameterizedTest
    @CsvSource({
        "kubernetes, faces-b.yaml, kind: \"Deployment\"",
        "kserve, faces-b.yaml, kind: \"InferenceService\"",
        "greengrass, faces-b.recipe.json, 2020-01-25",
        "iot-edge, b.deployment.json, $edgeAgent",
        "nomad, faces-b.nomad.json, \"Datacenters\"",
        "compose, b.compose.yaml, services:"
    })
    void plansBecomeFilesOfOtherSystems(String format, String file, String holds) {
        Path out = dir.resolve("out");

        Console console =
                Console.run("deploy", plan, "--export", format, "-o", out, "--model-uri", "s3://bucket/{variant}.onnx");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out()).contains(file);
        assertThat(out.resolve(file)).content().contains(holds).contains("bucket", "faces%401.onnx");
    }

    @Test
    void whatIsMissingIsNamed() {
        Answers.refused(Console.run("deploy", plan, "--export", "fax", "-o", dir), "fax", "kubernetes");
        Answers.refused(Console.run("deploy", plan, "--export", "compose", "--model-uri", "a b", "-o", dir), "a b");
        Answers.refused(Console.run("deploy", plan), "faces@1", "--model");
        Answers.refused(Console.run("deploy", plan, "--model", "faces@1=" + model), "[a, b]", "target");
        Answers.refused(Console.run("deploy", dir.resolve("none.json")), "none.json");
        Answers.refused(Console.run("agent"), "--dir");
        Answers.refused(Console.run("agent", "--dir", dir, "--host", "0.0.0.0"), "token");
        Answers.refused(Console.run("agent", "--dir", dir, "--ready", "http://127.0.0.1:1/"), "--run");
        Answers.refused(Console.run("agent", "--dir", dir, "--run", "true", "--ready", "soon"), "(soon)");
    }

    /** The command line comes without the client of clusters. */
    @Test
    void clustersNeedTheirClientAndSayWhich() {
        for (String where : new String[] {"kubernetes:edge", "kserve:edge"}) {
            Answers.refused(
                    Console.run("deploy", plan, "--site", "b=" + where, "--model", "faces@1=" + model),
                    "io.fabric8:kubernetes-client");
        }
        Answers.refused(
                Console.run("deploy", plan, "--site", "b=" + dir, "--canary", "10", "--model", "faces@1=" + model),
                "(10)",
                "kserve:NAMESPACE");
        Answers.refused(Console.run("deploy", plan, "--site", "b=kserve:edge", "--canary", "0"), "(0)");
        Answers.refused(
                Console.run(
                        "deploy",
                        plan,
                        "--site",
                        "a=" + dir.resolve("a"),
                        "--site",
                        "b=" + dir.resolve("b"),
                        "--soak",
                        "soon",
                        "--model",
                        "faces@1=" + model),
                "(soon)");
    }

    @Test
    void anAgentProcessReceivesUntilItIsTerminated() throws Exception {
        try (EdgeProcess agent =
                EdgeProcess.start(dir.resolve("err.txt"), "agent", "--dir", dir.resolve("a"), "--port", 0, "--json")) {
            Console console = Console.run(
                    "deploy",
                    plan,
                    "--site",
                    "a=" + Answers.parse(agent.firstLine()).get("uri").textValue(),
                    "--site",
                    "b=" + dir.resolve("b"),
                    "--model",
                    "faces@1=" + model);
            assertThat(console.code()).as(console.err()).isZero();
            agent.terminate();
        }
        assertThat(dir.resolve("a/live/faces.json")).exists();
    }
}
