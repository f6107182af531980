package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is mistyped or out of range is named as the user wrote it, in one line with a repair. */
class WrongUsageTest {
    @TempDir
    private Path dir;

    private Path model;

    @BeforeEach
    void write() {
        model = dir.resolve("affine.onnx");
        OnnxWriter.write(Graphs.affine(), model);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            inspct m                       | There is no command (inspct) of 'edgeai'. Maybe you meant inspect
            registry foo                   | There is no command (foo) of 'edgeai registry'. Maybe see 'edgeai registry --help'.
            inspect --jsn m                | 'edgeai inspect' has no option (--jsn). Maybe you meant --json.
            inspect a b                    | 'edgeai inspect' does not take (b). Maybe see 'edgeai inspect --help'.
            optimize m -o x --prune much   | option '--prune': (much) is no number. Maybe see 'edgeai optimize --help'.
            place p --seed x               | option '--seed': (x) is no whole number. Maybe see 'edgeai place --help'.
            registry register a m --tag x  | edgeai: Value for option '--tag'
            registry register a m --workload x | must be one of [computer-vision, nlp-processing,
            federate epsilon --sampling 2 --noise 1 --steps 9 --delta 1e-5 | Maybe see 'edgeai federate epsilon --help'.
            detect                         | edgeai: A series is needed, or a folder of them by --batch DIR. Maybe:
            detect a.csv --batch d         | edgeai: A series (a.csv) and --batch (d) exclude each other. Maybe:
            run m -i x --task clasification | zero-shot-classification], or for images [image-classification,
            run m -i x --threads 0         | edgeai: --threads (0) must be 1 to 1024. Maybe
            run m -i x --batch-size -1     | edgeai: --batch-size (-1) must be at least 0. Maybe 0,
            bench m --rounds 1             | edgeai: --rounds (1) must be 2 to 10000. Maybe 20.
            bench m --callers 0            | edgeai: --callers (0) must be 1 to 1024. Maybe
            """)
    void theWordsAreTheUsers(String line, String said) {
        Console console = Console.run((Object[]) line.split(" +"));

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(said).hasLineCount(1).doesNotContain("--debug", "option option");
        assertThat(console.out()).isEmpty();
    }

    @Test
    void aRegistryIsNotBegunInVain() throws IOException {
        Path home = dir.resolve("home");
        Path noZip = Files.writeString(dir.resolve("no.zip"), "no archive");

        Stream.of(
                        Console.run("registry", "register", "a", dir.resolve("none.onnx"), "--home", home),
                        Console.run("registry", "register", "a", model, "--derived-from", "a@1", "--home", home),
                        Console.run("registry", "import", noZip, "--home", home),
                        Console.run("registry", "import", dir.resolve("none.zip"), "--home", home))
                .forEach(refused -> {
                    assertThat(refused.code()).isEqualTo(2);
                    assertThat(refused.err()).contains("Maybe");
                });
        assertThat(home).doesNotExist();

        Console begun =
                Console.run("registry", "register", "a", model, "--workload", "Computer-Vision", "--home", home);
        assertThat(begun.code()).as(begun.err()).isZero();
        assertThat(Console.run("registry", "show", "a@1", "--home", home).out()).contains("COMPUTER_VISION");
    }

    @Test
    void aFileThatIsNoImageAndACaseWithoutAModelAreNamed() throws IOException {
        Path text = Files.writeString(dir.resolve("list.json"), "[1, \"x\"]");
        Path images = dir.resolve("images.onnx");
        OnnxWriter.write(Graphs.affine(Dim.of(1), Dim.of(3), Dim.of(8), Dim.of(8)), images);

        Console image = Console.run("run", images, "-i", text, "--task", "image-classification");
        assertThat(image.err()).contains("list.json").contains("are no image");
        Console cases = Console.run("run", "--batch", text);
        assertThat(cases.code()).isEqualTo(1);
        assertThat(cases.out()).contains("failed case 1: ", "failed case 2: ").doesNotContain("null");
    }
}
