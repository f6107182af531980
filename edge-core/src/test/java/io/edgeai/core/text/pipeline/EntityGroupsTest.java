package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Grouping by hand-made tables: one letter of the text is one token, its label is given. */
class EntityGroupsTest {
    private static final String TEXT = "abcdef";

    /** The expectation lists label:word of each group. */
    @ParameterizedTest
    @CsvSource({
        "SIMPLE, B-P I-P O B-L O O, P:ab L:d",
        "SIMPLE, B-P B-P I-P O O O, P:a P:bc",
        "SIMPLE, I-P I-P O I-P O O, P:ab P:d",
        "SIMPLE, I-P I-L I-L B-L O O, P:a L:bc L:d",
        "SIMPLE, P P L L O P, P:ab L:cd P:f",
        "SIMPLE, B-P P I-P O O O, P:abc",
        "SIMPLE, O O O O O O, ''",
        "SIMPLE, I-P I-P I-P I-P I-P I-P, P:abcdef",
        "MAX, B-P I-P O I-L I-L O, P:ab L:de",
        "NONE, B-P I-P O B-L O O, B-P:a I-P:b B-L:d",
        "NONE, I-P I-P O O O I-P, I-P:a I-P:b I-P:f",
    })
    void neighboursOfOneKindAreOneUnlessALabelBegins(Aggregation aggregation, String labels, String expected) {
        List<Entity> tokens = new ArrayList<>();
        String[] each = labels.split(" ");
        for (int i = 0; i < each.length; i++) {
            tokens.add(new Entity(each[i], (i + 1) / 8.0, TEXT.substring(i, i + 1), i, i + 1));
        }

        List<Entity> groups = EntityGroups.of(TEXT, tokens, aggregation);

        assertThat(groups.stream().map(e -> e.label() + ":" + e.word()).toList())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
        for (Entity group : groups) {
            double sum = 0;
            for (int i = group.start(); i < group.end(); i++) {
                sum += (i + 1) / 8.0;
            }
            assertThat(group.score()).isEqualTo(sum / (group.end() - group.start()));
            assertThat(group.word()).isEqualTo(TEXT.substring(group.start(), group.end()));
        }
    }
}
