package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.ortools.Loader;
import com.google.ortools.linearsolver.MPConstraint;
import com.google.ortools.linearsolver.MPSolver;
import com.google.ortools.linearsolver.MPVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the same minimum as a linear programme, as OR-Tools' GLOP solves that. */
class LeastDeviationsTest {
    @BeforeAll
    static void load() {
        Loader.loadNativeLibraries();
    }

    /** Rows with some entries 0 and magnitudes far apart, as features of models by time are. */
    private static List<double[]> rows(Random random, int count, int terms) {
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] row = new double[terms];
            for (int term = 0; term < terms; term++) {
                row[term] = random.nextInt(5) == 0 ? 0 : Math.pow(10, 3 * term) * Math.exp(2 * random.nextGaussian());
            }
            rows.add(row);
        }
        return rows;
    }

    private static double error(List<double[]> rows, double[] weights) {
        double sum = 0;
        for (double[] row : rows) {
            double predicted = 0;
            for (int i = 0; i < row.length; i++) {
                predicted += weights[i] * row[i];
            }
            sum += Math.abs(predicted - 1);
        }
        return sum;
    }

    /** The least sum of over + under with {@code w · row + under − over = 1}; column i is taken in units of 10^3i. */
    private static double least(List<double[]> rows) {
        MPSolver solver = MPSolver.createSolver("GLOP");
        int terms = rows.get(0).length;
        MPVariable[] weights = solver.makeNumVarArray(terms, 0, MPSolver.infinity());
        for (double[] row : rows) {
            MPConstraint one = solver.makeConstraint(1, 1);
            for (int i = 0; i < terms; i++) {
                one.setCoefficient(weights[i], row[i] / Math.pow(10, 3 * i));
            }
            for (int sign : new int[] {1, -1}) {
                MPVariable miss = solver.makeNumVar(0, MPSolver.infinity(), "");
                one.setCoefficient(miss, sign);
                solver.objective().setCoefficient(miss, 1);
            }
        }
        assertThat(solver.solve()).isEqualTo(MPSolver.ResultStatus.OPTIMAL);
        double least = solver.objective().value();
        solver.delete();
        return least;
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "3, 4", "4, 4", "5, 4", "12, 4", "20, 4", "9, 1", "9, 2"})
    void noWeightsAreBetter(int count, int terms) {
        for (long seed = 0; seed < 20; seed++) {
            List<double[]> rows = rows(new Random(seed), count, terms);
            double[] weights = LeastDeviations.fit(rows);

            assertThat(Arrays.stream(weights).min().orElseThrow())
                    .as("seed %d", seed)
                    .isNotNegative();
            assertThat(error(rows, weights)).as("seed %d", seed).isCloseTo(least(rows), within(1e-5));
        }
    }

    /** Rows that come twice make planes that do not cross in one point. */
    @Test
    void rowsThatComeTwiceCountTwice() {
        for (long seed = 0; seed < 20; seed++) {
            List<double[]> once = rows(new Random(seed), 5, 4);
            List<double[]> rows = new ArrayList<>(once);
            rows.addAll(once.subList(0, 3));

            assertThat(error(rows, LeastDeviations.fit(rows)))
                    .as("seed %d", seed)
                    .isCloseTo(least(rows), within(1e-5));
        }
    }

    @Test
    void whatNothingDependsOnHasNoWeight() {
        double[] weights = LeastDeviations.fit(List.of(new double[] {0, 2}, new double[] {0, 4}, new double[] {0, 4}));

        assertThat(weights).containsExactly(0, 0.25);
    }
}
