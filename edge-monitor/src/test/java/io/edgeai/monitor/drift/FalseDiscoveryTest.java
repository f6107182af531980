package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fifty columns, five of which changed. */
class FalseDiscoveryTest {
    private static final int TABLES = Boolean.getBoolean("edgeai.full") ? 1000 : 120;

    /** Columns share a part of each row, so their correlation is {@code shared}; the first five are shifted by 0.4. */
    private static List<Column> table(Random random, int rows, double shared, double shift) {
        double[][] values = new double[50][rows];
        for (int r = 0; r < rows; r++) {
            double common = random.nextGaussian();
            for (int c = 0; c < 50; c++) {
                values[c][r] = Math.sqrt(shared) * common
                        + Math.sqrt(1 - shared) * random.nextGaussian()
                        + (c < 5 ? shift : 0);
            }
        }
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < 50; c++) {
            columns.add(Column.numeric("c" + c, values[c]));
        }
        return columns;
    }

    /** Share of false ones among the findings on average at most .06; nearly all five found. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void fewFindingsAreFalse(double shared, TestReporter reporter) {
        Random random = new Random(8);
        double falseShare = 0;
        int found = 0;
        for (int t = 0; t < TABLES; t++) {
            DriftReport report =
                    DriftTest.ofDefaults().compare(table(random, 1000, shared, 0), table(random, 300, shared, 0.4));
            long all = report.columns().stream().filter(ColumnDrift::drifted).count();
            long right = report.columns().stream()
                    .limit(5)
                    .filter(ColumnDrift::drifted)
                    .count();
            falseShare += all == 0 ? 0 : (all - right) / (double) all / TABLES;
            found += (int) right;
        }
        reporter.publishEntry("false discoveries", falseShare + " at correlation " + shared + ", found " + found);
        assertThat(falseShare).as("false discoveries, seed 8").isLessThanOrEqualTo(0.06);
        assertThat(found / (5.0 * TABLES)).as("found, seed 8").isGreaterThan(0.95);
    }
}
