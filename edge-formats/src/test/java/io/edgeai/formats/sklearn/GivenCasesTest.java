package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.pickle.PickleReader;
import io.edgeai.formats.pickle.PyObject;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Models that scikit-learn fitted, against its own answers; in the folder of the property {@code edgeai.testdata}. */
class GivenCasesTest {
    private static Path folder(String name) {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", name);
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no folder (" + folder + ") of scikit-learn models");
        return folder;
    }

    @Test
    void everyGivenModelAnswersAsScikitLearnDoes() throws IOException {
        List<Path> cases = GoldenCase.folders(folder("sklearn"));
        StringBuilder table = new StringBuilder("case, method, labels equal, largest relative difference, error\n");
        List<String> failed = new ArrayList<>();
        int right = 0;
        for (Path one : cases) {
            boolean exact = true;
            for (GoldenCase.Result result : new GoldenCase(one).run()) {
                table.append(String.format(
                        Locale.ROOT,
                        "%s, %s, %s, %.2e, %s%n",
                        result.name(),
                        result.method(),
                        result.labelsEqual(),
                        result.difference(),
                        result.error()));
                exact &= result.exact(1e-9);
            }
            right += exact ? 1 : 0;
            if (!exact) {
                failed.add(one.getFileName().toString());
            }
        }
        Path report = Path.of("target", "sklearn-cases.csv");
        Files.createDirectories(report.getParent());
        Files.writeString(
                report, table.append(right).append(" of ").append(cases.size()).append(" exact\n"));
        assertThat(failed)
                .as("cases that differ; all figures in (%s)", report.toAbsolutePath())
                .isEmpty();
        assertThat(right).isGreaterThanOrEqualTo(80);
    }

    @Test
    void modelsFoundInTheWildAreReadInertly() {
        Path wild = folder("sklearn_real");
        ImportedModel forest = ModelImporters.discover().read(ModelFormat.SCIKIT_LEARN, wild.resolve("mlflow_0/model"));
        assertThat(forest.graph().outputs()).isNotEmpty();
        assertThat(forest.notes()).isNotEmpty();
        assertThat(new SklearnImporter()
                        .read(wild.resolve("aicore/model.joblib"))
                        .graph()
                        .outputs())
                .isNotEmpty();
        ImportedModel pair = new SklearnImporter().read(wild.resolve("zoomcamp/lin_reg.bin"));
        assertThat(pair.graph().outputs()).anyMatch(output -> output.name().equals("predict"));
        assertThat(((PyObject) PickleReader.read(wild.resolve("zoomcamp/dv.pkl"))).name())
                .isEqualTo("DictVectorizer");
    }
}
