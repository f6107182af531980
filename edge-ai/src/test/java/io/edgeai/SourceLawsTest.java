package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The laws of docs/ARCHITECTURE.md that concern source files rather than classes. */
class SourceLawsTest {
    private static final int MOST_LINES = 600;
    private static final Path ROOT =
            Path.of(System.getProperty("edgeai.root", "..")).toAbsolutePath();

    @Test
    void noFileIsLongerThan600Lines() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("main", "test")) {
            int lines = Files.readAllLines(file).size();
            if (lines > MOST_LINES) {
                tooLong.add(ROOT.relativize(file) + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsInTwoSentencesAndIsNullMarked() throws IOException {
        List<String> wrong = new ArrayList<>();
        TreeSet<Path> packages = new TreeSet<>();
        sources("main").forEach(file -> packages.add(file.getParent()));
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            if (!Files.isRegularFile(info)) {
                wrong.add(ROOT.relativize(folder) + ": no package-info.java");
                continue;
            }
            String text = Files.readString(info);
            String doc = text.substring(0, Math.max(0, text.indexOf("*/"))).replaceAll("\\s*\\*\\s*", " ");
            long sentences = doc.split("[.!?](\\s|$)", -1).length - 1L;
            if (!text.contains("@NullMarked") || sentences < 2) {
                wrong.add(ROOT.relativize(info) + ": " + sentences + " sentences");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void thereIsAtLeastOneLineOfTestForEachLineOfMain() throws IOException {
        long main = lines(sources("main"));
        long test = lines(sources("test"));
        assertThat(test).as("lines of test against " + main + " lines of main").isGreaterThanOrEqualTo(main);
    }

    @Test
    void importersAreHeldToRecordedAnswersOfTheOriginals() throws IOException {
        Path recorded = ROOT.resolve("edge-formats/src/test/resources");
        long answers = 0;
        try (Stream<Path> files = Files.walk(recorded)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".zip")) {
                    try (ZipFile zip = new ZipFile(file.toFile())) {
                        answers += zip.stream()
                                .filter(entry -> entry.getName().endsWith("model.pkl"))
                                .count();
                    }
                } else if (name.equals("expected.txt")) {
                    answers += Files.readAllLines(file).size();
                }
            }
        }
        assertThat(answers).as("recorded cases").isGreaterThanOrEqualTo(500);
    }

    private static long lines(List<Path> files) throws IOException {
        long sum = 0;
        for (Path file : files) {
            sum += Files.readAllLines(file).size();
        }
        return sum;
    }

    /** Java sources of the library modules, the samples and the benchmarks; nothing generated. */
    private static List<Path> sources(String... sets) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.filter(m -> Files.isRegularFile(m.resolve("pom.xml")))
                    .toList()) {
                for (String set : sets) {
                    Path folder = module.resolve("src").resolve(set).resolve("java");
                    if (Files.isDirectory(folder)) {
                        try (Stream<Path> files = Files.walk(folder)) {
                            files.filter(f -> f.toString().endsWith(".java")).forEach(found::add);
                        }
                    }
                }
            }
        }
        assertThat(found).as("sources below " + ROOT).isNotEmpty();
        return found;
    }
}
