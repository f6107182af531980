package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of the command line as a whole: exit codes, one line on standard error, help. */
class EdgeCommandTest {
    @TempDir
    Path dir;

    private static void refused(Console console) {
        assertThat(console.code()).as(console.err()).isEqualTo(2);
        assertThat(console.out()).isEmpty();
        assertThat(console.err()).startsWith("edgeai: ").contains("Maybe").doesNotContain("\tat ", "    at ");
        assertThat(console.err().strip().lines()).hasSize(1);
    }

    @Test
    void helpListsEveryCommandOfTheContract() {
        Console console = Console.run("--help");

        assertThat(console.code()).isZero();
        assertThat(console.err()).isEmpty();
        for (String command : List.of(
                "inspect",
                "convert",
                "run",
                "bench",
                "doctor",
                "demo",
                "optimize",
                "registry",
                "experiment",
                "bandit",
                "serve",
                "place",
                "scale",
                "deploy",
                "detect",
                "drift",
                "forecast",
                "federate",
                "coordinator",
                "participant")) {
            assertThat(console.out()).containsPattern("(?m)^  " + command + " ");
        }
        assertThat(console.out()).contains("Exit codes: 0 ok, 1 ", "2 bad usage");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect",
                "convert",
                "run",
                "bench",
                "doctor",
                "optimize",
                "place",
                "detect",
                "drift",
                "registry register",
                "registry list",
                "registry show",
                "registry promote",
                "registry rollback",
                "registry retire",
                "registry verify",
                "registry audit",
                "registry gc",
                "registry export",
                "registry import",
                "federate simulate",
                "federate coordinator",
                "federate participant",
                "coordinator",
                "participant",
                "registry search",
                "registry card",
                "registry compare",
                "registry lineage",
                "registry validate",
                "registry stage",
                "registry canary",
                "registry quarantine",
                "registry erase",
                "registry alias",
                "registry tag",
                "registry note",
                "registry key",
                "registry sign",
                "registry checkpoint",
                "federate epsilon",
                "forecast",
                "deploy",
                "agent",
                "dashboard",
                "scale simulate"
            })
    void eachCommandHasHelp(String command) {
        String[] words = (command + " --help").split(" ");
        Console console = Console.run((Object[]) words);

        assertThat(console.code()).isZero();
        assertThat(console.out()).startsWith("Usage: edgeai " + command).contains("--json", "--debug");
    }

    @Test
    void versionIsTheBuilds() {
        Console console = Console.run("--version");

        assertThat(console.code()).isZero();
        assertThat(console.out().strip()).matches("edgeai \\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void noCommandIsBadUsage() {
        refused(Console.run());
    }

    @ParameterizedTest
    @CsvSource({"inspct,inspect", "benhc,bench", "doctr,doctor"})
    void misspeltCommandsAreGuessed(String typed, String meant) {
        Console console = Console.run(typed);

        refused(console);
        assertThat(console.err()).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inspect",
                "inspect a b",
                "inspect --what x",
                "convert x.onnx",
                "run",
                "run x.onnx",
                "run --batch",
                "bench",
                "bench x --batch two",
                "bench x --seconds",
                "doctor now",
                "optimize",
                "optimize m.onnx",
                "optimize m.onnx -o o.onnx --keep many",
                "registry",
                "registry lst",
                "experiment",
                "experiment status",
                "experiment start m",
                "bandit",
                "bandit start m",
                "registry register onlyname",
                "registry promote",
                "registry promote a@1 b@2",
                "registry canary a@1 --percent few",
                "registry sign a@1",
                "registry compare a@1",
                "registry register n f --workload cooking",
                "registry export a@1",
                "place",
                "place missing.json --strategy latency-aware",
                "place p.json --seed one",
                "detect s.csv",
                "detect -o out.csv",
                "detect missing.csv -o out.csv",
                "drift",
                "drift one.csv",
                "drift a.csv b.csv c.csv",
                "drift missing.csv none.csv",
                "federate",
                "federate simulate",
                "federate simulate missing.json",
                "coordinator",
                "coordinator missing.json",
                "participant --at x",
                "federate participant missing.json --name a --port 1",
                "federate simulat c.json"
            })
    void wrongUsageIsRefused(String command) {
        refused(Console.run((Object[]) command.split(" ")));
    }

    @Test
    void whatIsNoModelIsRefusedByEveryCommand() throws Exception {
        byte[] noise = new byte[5000];
        new Random(8).nextBytes(noise);
        byte[] model = Files.readAllBytes(Graphs.write(Graphs.affine(), dir.resolve("good.onnx")));
        List<Path> files = List.of(
                Files.write(dir.resolve("noise.onnx"), noise),
                Files.createFile(dir.resolve("empty.onnx")),
                Files.write(dir.resolve("cut.onnx"), Arrays.copyOf(model, model.length / 2)),
                Files.write(dir.resolve("zero.onnx"), new byte[100]),
                Files.writeString(
                        dir.resolve("lfs.onnx"),
                        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"),
                Files.writeString(dir.resolve("text.json"), "{\"a\": 1}"),
                Files.writeString(dir.resolve("page.onnx"), "<!DOCTYPE html><html></html>"),
                Files.write(dir.resolve("m.tflite"), new byte[] {99, 0, 0, 0, 'T', 'F', 'L', '3', 0, 0}),
                Files.createDirectory(dir.resolve("folder")),
                dir.resolve("missing.onnx"));
        Path input = Files.writeString(dir.resolve("in.csv"), "1,2,3\n");
        for (Path file : files) {
            refused(Console.run("inspect", file));
            refused(Console.run("convert", file, "-o", dir.resolve("out.onnx")));
            refused(Console.run("run", file, "--input", input));
            refused(Console.run("bench", file, "--seconds", "0.01"));
            refused(Console.run("optimize", file, "-o", dir.resolve("out.onnx")));
            refused(Console.run("registry", "register", "m", file, "--home", dir.resolve("home")));
        }
        assertThat(dir.resolve("out.onnx")).doesNotExist();
        assertThat(Console.run("inspect", dir.resolve("lfs.onnx")).err()).contains("LFS");
    }

    @Test
    void debugShowsWhereAFailureCameFrom() {
        Console console = Console.run("inspect", dir.resolve("missing.onnx"), "--debug");

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains("    at io.edgeai").contains("ModelFormatException");
    }

    @Test
    void helloModelAnswers() {
        assertThat(S00_HelloModel.fahrenheit(20f, 30f, -40f)).containsExactly(68f, 86f, -40f);
    }
}
