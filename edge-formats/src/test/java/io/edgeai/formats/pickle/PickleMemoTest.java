package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared and self-containing values, which the memo makes, and nesting without end. */
class PickleMemoTest {
    private static List<?> list(String latin) {
        assertThat(PickleCode.read(latin)).isInstanceOf(List.class);
        return (List<?>) PickleCode.read(latin);
    }

    @Test
    void whatIsRecalledIsTheSameValueAndNotACopy() {
        List<?> twice = list("](]q\0h\0e");
        assertThat(twice.get(0)).isSameAs(twice.get(1));
        List<?> changedLater = list("](]q\0h\0K\7ae");
        assertThat(changedLater.get(0)).isEqualTo(List.of(7L)).isSameAs(changedLater.get(1));
    }

    @Test
    void aMemoPlaceMayBeSetAgain() {
        assertThat(PickleCode.read("K\1q\0K\2q\0h\0")).isEqualTo(2L);
        assertThat(PickleCode.read("K\1\u00940K\2\u00940h\0h\1\u0086"))
                .extracting(value -> ((PyTuple) value).items())
                .isEqualTo(List.of(1L, 2L));
    }

    @Test
    void theMemoOutlivesThePopOfItsValue() {
        assertThat(PickleCode.read("(K\1K\2q\0001h\0")).isEqualTo(2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h\0", "g0\n", "j\0\0\0\0", "K\1q\1h\0", "K\1\u00940h\1", "j\u00ff\u00ff\u00ff\u00ff"})
    void placesNeverSetAreRefused(String latin) {
        assertThatThrownBy(() -> PickleCode.read(latin))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("memo index");
    }

    @ParameterizedTest
    @ValueSource(strings = {"]q\0h\0a", "]q\0(h\0h\0e", "}q\0U\1kh\0s", "\u008fq\0(h\0\u0090", "(]q\0h\0a0h\0t"})
    void cyclesAreReadAndCanBeShown(String latin) {
        Object value = PickleCode.read(latin);
        assertThat(value).isNotNull();
        if (value instanceof PyDict dict) {
            assertThat(dict.get("k")).isSameAs(dict);
        }
        if (!(value instanceof List)) {
            assertThat(value.toString()).hasSizeLessThan(20);
        }
    }

    @Test
    void objectsMayHoldThemselves() {
        PyObject self = (PyObject) PickleCode.read("cm\nC\n)\u0081q\0}U\2meh\0sb");
        assertThat(self.attribute("me")).isSameAs(self);
        PyObject inItself = (PyObject) PickleCode.read("cm\nC\n)\u0081q\0h\0a");
        assertThat(inItself.items().get(0)).isSameAs(inItself);
        assertThat(self.toString()).isEqualTo("m.C");
    }

    /** A tuple inside its own list: CPython pops what it built and recalls the finished tuple. */
    @Test
    void recursiveTuplesFollowCPython() {
        PyTuple tuple = (PyTuple) PickleCode.read("(]q\0(h\0tq\1a1h\1");
        List<?> inner = (List<?>) tuple.get(0);
        assertThat(inner.get(0)).isSameAs(tuple);
    }

    /** Tuples, sets and persistent ids compare by identity: equality would follow a hostile nesting to its end. */
    @Test
    void deepNestingHarmsNobody() {
        int deep = 200_000;
        Object tuples = PickleCode.read("K\1" + "\u0085".repeat(deep));
        assertThat(List.of(tuples)).contains(tuples);
        assertThat(tuples).hasToString("tuple of 1");
        assertThat(tuples.hashCode()).isEqualTo(System.identityHashCode(tuples));
        Object persistent = PickleCode.read("K\1" + "Q".repeat(deep));
        assertThat(List.of(persistent)).contains(persistent);
        assertThat(persistent).isNotEqualTo(new PyPersistent(1L));
        assertThat(persistent).hasToString("persistent");
        assertThat(persistent.hashCode()).isEqualTo(System.identityHashCode(persistent));
        PyDict keyed = (PyDict) PickleCode.read("}K\1" + "\u0085".repeat(deep) + "K\2s");
        assertThat(keyed.size()).isEqualTo(1);
        assertThat(keyed.get(tuples))
                .as("keys that are not plain are only listed")
                .isNull();
        assertThat(keyed.entries().get(0).value()).isEqualTo(2L);
    }

    /** Each of thirty lists holds the one before twice: 2^30 ways, but thirty values. */
    @Test
    void sharingKeepsBombsSmall() {
        StringBuilder code = new StringBuilder("]q\0");
        for (int i = 1; i <= 30; i++) {
            char before = (char) (i - 1);
            code.append("](h")
                    .append(before)
                    .append('h')
                    .append(before)
                    .append("eq")
                    .append((char) i);
        }
        List<?> top = list(code.toString());
        for (int i = 30; i > 0; i--) {
            assertThat(top).hasSize(2);
            assertThat(top.get(0)).isSameAs(top.get(1));
            top = (List<?>) top.get(0);
        }
        assertThat(top).isEmpty();
    }

    @Test
    void plainKeysAreFoundByTheirValue() {
        PyDict dict = (PyDict) PickleCode.read("}(U\1aK\1K\5K\2\u0088K\3G\77\u00e0\0\0\0\0\0\0K\4NK\5u");
        assertThat(dict.get("a")).isEqualTo(1L);
        assertThat(dict.get(5L)).isEqualTo(2L);
        assertThat(dict.get(true)).isEqualTo(3L);
        assertThat(dict.get(0.5)).isEqualTo(4L);
        assertThat(dict.get("b")).isNull();
        assertThat(dict.size()).isEqualTo(5);
        assertThat(dict.entries().get(4).key()).isEqualTo(PyNone.NONE);
        assertThatThrownBy(() -> dict.entries().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
