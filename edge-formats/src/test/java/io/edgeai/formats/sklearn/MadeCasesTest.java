package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small models of every family, fitted by {@code make_cases.py} and {@code make_rare_cases.py} with an old and a new
 * scikit-learn: each answers as the original did, to 1e-9.
 */
class MadeCasesTest {
    private static final double TOLERANCE = 1e-9;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"1.2.1", "1.9.1"})
    void everyModelAnswersAsItsOriginal(String version) throws IOException {
        List<Path> cases = Unzipped.cases("cases-" + version + ".zip", folder);
        assertThat(cases).hasSizeGreaterThan(180);
        List<GoldenCase.Result> wrong = new ArrayList<>();
        int answers = 0;
        for (Path one : cases) {
            for (GoldenCase.Result result : new GoldenCase(one).run()) {
                answers++;
                if (!result.exact(TOLERANCE)) {
                    wrong.add(result);
                }
            }
        }
        assertThat(wrong).as("of " + answers + " answers").isEmpty();
        assertThat(answers).isGreaterThan(350);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.1", "1.9.1"})
    void rareModelsAnswerAsTheirOriginals(String version) throws IOException {
        List<Path> cases = Unzipped.cases("rare-" + version + ".zip", folder);
        assertThat(GoldenCase.wrong(cases, TOLERANCE))
                .as("of " + cases.size() + " models")
                .isEmpty();
    }

    /** Damage in the middle of real models: every outcome is a graph or one of the library's errors. */
    @Test
    void realModelsMayBreakAnywhere() throws IOException {
        int seed = 0;
        for (Path one : Unzipped.cases("cases-1.9.1.zip", folder)) {
            byte[] whole = Files.readAllBytes(one.resolve("model.pkl"));
            for (int round = 0; round < 8; round++) {
                java.util.Random random = new java.util.Random(seed++);
                byte[] bytes = whole.clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    SklearnImporter.convert(io.edgeai.formats.pickle.PickleReader.read(
                            bytes, io.edgeai.formats.pickle.PickleLimits.DEFAULT));
                } catch (io.edgeai.core.error.EdgeException e) {
                    assertThat(e.getMessage()).isNotBlank();
                } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                    throw new AssertionError("seed " + (seed - 1) + " of " + one.getFileName(), e);
                }
            }
        }
    }

    @Test
    void theCasesCoverMostOfWhatIsConverted() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path one : Unzipped.cases("cases-1.2.1.zip", folder)) {
            new SklearnImporter()
                    .read(one.resolve("model.pkl"))
                    .notes()
                    .forEach(note ->
                            used.add(note.substring(note.indexOf(": ") + 2).split(" ")[0]));
        }
        used.retainAll(SklearnImporter.estimators());
        assertThat(used).hasSizeGreaterThanOrEqualTo(95);
    }
}
