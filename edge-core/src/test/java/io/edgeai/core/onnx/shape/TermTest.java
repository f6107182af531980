package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TermTest {
    private static final Term N = Term.symbol("N");
    private static final Term S = Term.symbol("S");

    @Test
    void polynomialsAreCanonical() {
        Term left = N.plus(Term.ONE).times(S.minus(2));
        Term right = N.times(S).plus(S).minus(N.times(Term.of(2))).minus(2);

        assertThat(Term.same(left, right)).isTrue();
        assertThat(left).hasToString("-2*N+N*S+S-2");
        assertThat(N.minus(N)).isEqualTo(Term.ZERO);
        assertThat(N.times(Term.of(6)).dividedBy(Term.of(3))).hasToString("2*N");
        assertThat(N.times(S).dividedBy(N)).isEqualTo(S);
        assertThat(N.minus(1).dividedBy(Term.of(2))).hasToString("floor((N-1)/2)");
        assertThat(N.dividedBy(S)).isSameAs(Term.UNKNOWN);
        assertThat(N.dividedBy(Term.ZERO)).isSameAs(Term.UNKNOWN);
    }

    @Test
    void unknownsAreNeverTheSame() {
        assertThat(Term.same(Term.UNKNOWN, Term.UNKNOWN)).isFalse();
        assertThat(Term.UNKNOWN.plus(Term.ONE)).isSameAs(Term.UNKNOWN);
        assertThat(Term.UNKNOWN.times(Term.ZERO)).isEqualTo(Term.ZERO);
        assertThat(Term.of(Dim.symbolic(""))).isSameAs(Term.UNKNOWN);
        assertThat(Term.UNKNOWN.dim()).isEqualTo(Dim.UNKNOWN);
    }

    @Test
    void fractionsBecomeWholeAgain() {
        assertThat(Term.of(2.5).times(Term.of(2))).isEqualTo(Term.of(5L));
        assertThat(Term.of(2.5).plus(Term.of(1)).real()).isEqualTo(3.5);
        assertThat(N.times(Term.of(2.5))).isSameAs(Term.UNKNOWN);
    }

    @Test
    void largePolynomialsAreGivenUp() {
        Term sum = Term.ZERO;
        for (int i = 0; i < 12; i++) {
            sum = sum.plus(Term.symbol("d" + i));
        }
        assertThat(sum).isSameAs(Term.UNKNOWN);
    }

    /** Random sums and products against the same arithmetic on numbers. */
    @Test
    void arithmeticAgreesWithNumbersProperty() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long n = random.nextLong(1, 50);
            long s = random.nextLong(1, 50);
            List<Term> terms = new ArrayList<>(List.of(N, S));
            List<Long> values = new ArrayList<>(List.of(n, s));
            for (int step = 0; step < 6; step++) {
                int a = random.nextInt(terms.size());
                int b = random.nextInt(terms.size());
                long c = random.nextLong(1, 5);
                switch (random.nextInt(4)) {
                    case 0 -> add(terms, values, terms.get(a).plus(terms.get(b)), values.get(a) + values.get(b));
                    case 1 -> add(terms, values, terms.get(a).times(Term.of(c)), values.get(a) * c);
                    case 2 -> add(terms, values, terms.get(a).minus(c), values.get(a) - c);
                    default -> add(terms, values, terms.get(a).times(terms.get(b)), values.get(a) * values.get(b));
                }
            }
            for (int i = 0; i < terms.size(); i++) {
                if (terms.get(i) != Term.UNKNOWN) {
                    assertThat(value(terms.get(i), n, s))
                            .as("seed %d, %s", seed, terms.get(i))
                            .isEqualTo(values.get(i));
                }
            }
        }
    }

    private static void add(List<Term> terms, List<Long> values, Term term, long value) {
        if (Math.abs(value) < 1L << 40) {
            terms.add(term);
            values.add(value);
        }
    }

    private static long value(Term term, long n, long s) {
        if (term instanceof Term.Exact exact) {
            return exact.value();
        }
        long sum = 0;
        for (var part : ((Term.Poly) term).parts().entrySet()) {
            long product = part.getValue();
            for (String factor : part.getKey()) {
                product *= factor.equals("N") ? n : s;
            }
            sum += product;
        }
        return sum;
    }
}
