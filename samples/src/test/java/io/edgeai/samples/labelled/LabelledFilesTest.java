package io.edgeai.samples.labelled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledFilesTest {
    private static final DataShape NAMED =
            new DataShape(2, List.of("long", "wide"), 3, List.of("good", "scratched", "bent"));

    @TempDir
    Path folder;

    private LabelledSet table(String text, String label, DataShape shape) throws IOException {
        Path file = Files.writeString(folder.resolve("parts.csv"), text);
        return LabelledFiles.read(file, label, null, shape, DataLimits.DEFAULT);
    }

    private Path array(String name, Tensor values) {
        Path file = folder.resolve(name);
        NpyFile.write(values, file);
        return file;
    }

    private static LabelledSet arrays(Path samples, Path labels, DataShape shape) {
        return LabelledFiles.read(samples, null, labels, shape, DataLimits.DEFAULT);
    }

    private static int[] labels(LabelledSet set) {
        int[] labels = new int[set.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = set.label(i);
        }
        return labels;
    }

    @Test
    void columnsAreTakenByNameAndLabelsAreMapped() throws IOException {
        LabelledSet set =
                table("id,wide,verdict,long\n7,1.5,bent,10\n8,2.5, good ,20\n9,-3e2,scratched,30\n", "verdict", NAMED);
        assertThat(set.values()).containsExactly(10, 1.5f, 20, 2.5f, 30, -300);
        assertThat(labels(set)).containsExactly(2, 0, 1);
        assertThat(set.classes()).isEqualTo(3);
    }

    @Test
    void withoutNamesAllOtherColumnsAreFeaturesInTheirOrder() throws IOException {
        LabelledSet set = table("b,label,a\n1,0,2\n3,2,4\n", null, DataShape.of(2, 3));
        assertThat(set.values()).containsExactly(1, 2, 3, 4);
        assertThat(labels(set)).containsExactly(0, 2);
        // Numbers that are written as such, too.
        assertThat(labels(table("b,label,a\n1,0.0,2\n3,2.0,4\n", null, DataShape.of(2, 3))))
                .containsExactly(0, 2);
        // Names of classes may be numbers.
        DataShape digits = new DataShape(2, List.of(), 2, List.of("3", "8"));
        assertThat(labels(table("b,label,a\n1,8,2\n3,3,4\n", null, digits))).containsExactly(1, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "long,wide,verdict;1,,good|Column (wide) has no number in row 1 of|Maybe fill in",
                "long,wide,verdict;1,2,good;1,NA,good|Column (wide) has no number in row 2|Maybe fill in",
                "long,wide,verdict;1,inf,good|Column (wide) has (Infinity) in row 1|Maybe fill in",
                "long,wide,verdict;1,1e300,good|Column (wide) has (1.0E300) in row 1|Maybe fill in",
                "long,wide,verdict;1,thin,good|Column (wide) of|Maybe write a number for each category",
                "long,wide,verdict;1,2,bend|Label (bend) in row 1 of|Maybe it is misspelt",
                "long,wide,verdict;1,2,good;1,2,|There is no label in row 2 of|Maybe remove",
                "long,wide,verdict;1,2,Good|is none of the federation's classes, [good, scratched, bent]|Maybe",
                "long,width,verdict;1,2,good|has no column (wide) but [long, width, verdict]|data.features names it",
                "long,wide,kind;1,2,good|has no column (verdict)|--label NAME",
                "long,wide,verdict|has a header and no rows|Maybe its header is missing",
                "long,wide,verdict;1,2|has (2) cells in line (2)|Maybe a separator"
            })
    void whatIsWrongIsNamedWithRowAndColumn(String rows, String says, String repair) {
        assertThatThrownBy(() -> table(rows.replace(';', '\n') + "\n", "verdict", NAMED))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says)
                .hasMessageContaining(repair);
    }

    @Test
    void aTableOfAnotherWidthSaysSo() {
        assertThatThrownBy(() -> table("a,b,c,label\n1,2,3,0\n", null, DataShape.of(2, 2)))
                .hasMessageContaining(
                        "has (3) columns beside (label), the federation's samples have 2 features. Maybe");
        assertThatThrownBy(() -> table("a,b,label\n1,2,3\n", null, DataShape.of(2, 3)))
                .hasMessageContaining("Label (3) in row 1")
                .hasMessageContaining("0 to 2. Maybe labels count from 1");
        DataShape own = new DataShape(2, List.of("a", "label"), 2, List.of());
        assertThatThrownBy(() -> table("a,label\n1,1\n", null, own))
                .hasMessageContaining("holds the labels and is a feature");
    }

    @Test
    void limitsHoldBeforeMemoryIsTaken() throws IOException {
        Path file = Files.writeString(folder.resolve("long.csv"), "a,b,label\n" + "1,2,0\n".repeat(100));
        assertThatThrownBy(() -> LabelledFiles.read(file, null, null, DataShape.of(2, 2), new DataLimits(100, 10, 10)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than the limit of (100)");
        Path array = array("x.npy", Tensor.of(new float[1000], 500, 2));
        assertThatThrownBy(() -> LabelledFiles.read(
                        array,
                        null,
                        array("y.npy", Tensor.of(new int[500], 500)),
                        DataShape.of(2, 2),
                        new DataLimits(3000, 10, 10)))
                .hasMessageContaining("more than the limit of (3000)");
    }

    @Test
    void arraysOfAnyNumbersAndDimensions() {
        Path labels = array("y.npy", Tensor.of(new long[] {1, 0}, 2, 1));
        assertThat(arrays(
                                array("x.npy", Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)),
                                labels,
                                DataShape.of(4, 2))
                        .values())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        LabelledSet set = arrays(
                array("i.npy", Tensor.of(new int[] {1, 2, 3, 4}, 2, 2)),
                array("s.npy", Tensor.of(new String[] {"bent", "good"}, 2)),
                new DataShape(2, List.of(), 3, List.of("good", "scratched", "bent")));
        assertThat(set.values()).containsExactly(1, 2, 3, 4);
        assertThat(labels(set)).containsExactly(2, 0);
    }

    @Test
    void arraysThatDoNotFitAreRefused() {
        Path samples = array("x.npy", Tensor.of(new float[] {1, 2, 3, Float.NaN}, 2, 2));
        Path labels = array("y.npy", Tensor.of(new long[] {1, 0}, 2));
        assertThatThrownBy(() -> arrays(samples, labels, DataShape.of(2, 2)))
                .hasMessageContaining("Value (NaN) of sample 1 of")
                .hasMessageContaining("Maybe fill it in");
        assertThatThrownBy(() -> arrays(samples, labels, DataShape.of(3, 2)))
                .hasMessageContaining("has the shape [2, 2], the federation's samples have 3 values. Maybe");
        assertThatThrownBy(() -> arrays(samples, array("z.npy", Tensor.of(new long[3], 3)), DataShape.of(2, 2)))
                .hasMessageContaining("have the shape [3], the samples of")
                .hasMessageContaining("Maybe the files do not belong together");
        assertThatThrownBy(() -> LabelledFiles.read(samples, null, null, DataShape.of(2, 2), DataLimits.DEFAULT))
                .hasMessageContaining("Maybe give --labels FILE");
        assertThatThrownBy(() -> table("a,b,label\n1,2,0\n", null, DataShape.of(3, 2)))
                .hasMessageContaining("3 features");
        Path csv = folder.resolve("parts.csv");
        assertThatThrownBy(() -> LabelledFiles.read(csv, null, labels, DataShape.of(2, 2), DataLimits.DEFAULT))
                .hasMessageContaining("are a column of it");
    }
}
