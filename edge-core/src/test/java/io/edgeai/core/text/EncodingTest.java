package io.edgeai.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.text.Encoding.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shortening by hand: letters are tokens of the first text, digits of the second, the rest is added by the layout. */
class EncodingTest {
    private static Encoding encoding(String tokens) {
        List<Token> all = new ArrayList<>();
        int[] places = new int[2];
        for (int i = 0; i < tokens.length(); i++) {
            char c = tokens.charAt(i);
            int sequence = Character.isLetter(c) ? 0 : Character.isDigit(c) ? 1 : Encoding.NONE;
            int at = sequence < 0 ? 0 : places[sequence]++;
            int end = sequence < 0 ? 0 : at + 1;
            all.add(new Token(c, String.valueOf(c), Math.max(0, sequence), sequence, sequence, at, end, sequence < 0));
        }
        return new Encoding(all);
    }

    private static String text(Encoding encoding) {
        return encoding.tokens().stream().map(Token::text).collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource({
        "<abcd>, 9, LONGEST_FIRST, <abcd>",
        "<abcd>, 6, LONGEST_FIRST, <abcd>",
        "<abcd>, 4, LONGEST_FIRST, <ab>",
        "<abcd>, 2, LONGEST_FIRST, <>",
        "<abcd>, 5, ONLY_FIRST, <abc>",
        "<abcd|12>, 8, LONGEST_FIRST, <abc|12>",
        "<abcd|12>, 7, LONGEST_FIRST, <ab|12>",
        "<abcd|12>, 6, LONGEST_FIRST, <ab|1>",
        "<ab|1234>, 6, LONGEST_FIRST, <a|12>",
        "<ab|1234>, 7, LONGEST_FIRST, <ab|12>",
        "<abc|123>, 8, LONGEST_FIRST, <ab|123>",
        "<abc|123>, 5, LONGEST_FIRST, <a|1>",
        "<abc|123>, 3, LONGEST_FIRST, <|>",
        "<abc|123>, 7, ONLY_FIRST, <a|123>",
        "<abc|123>, 7, ONLY_SECOND, <abc|1>",
    })
    void tokensGoFromTheEnd(String tokens, int longest, Truncation which, String expected) {
        assertThat(text(encoding(tokens).truncated(longest, which))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "<abc>, 1, LONGEST_FIRST",
        "<abc|12345>, 5, ONLY_FIRST",
        "<abc|1>, 5, ONLY_SECOND",
        "<abc>, 4, ONLY_SECOND",
        "<abc|1>, 2, LONGEST_FIRST"
    })
    void whatCannotGiveWayIsSaid(String tokens, int longest, Truncation which) {
        assertThatThrownBy(() -> encoding(tokens).truncated(longest, which))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be cut to (" + longest + ") by " + which)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({
        "<abcdefg>, 9, 2, 0, <abcdefg>",
        "<abcdefg>, 5, 1, 0, <abc> <cde> <efg>",
        "<abcdefg>, 5, 0, 0, <abc> <def> <g>",
        "<abcdefg>, 6, 3, 0, <abcd> <bcde> <cdef> <defg>",
        "<ab|12345>, 8, 1, 1, <ab|123> <ab|345>",
        "<ab|12345>, 7, 1, 1, <ab|12> <ab|23> <ab|34> <ab|45>",
        "<abc|12>, 6, 0, 0, <a|12> <b|12> <c|12>",
    })
    void windowsShareTheOtherTextAndTheStride(String tokens, int longest, int stride, int sequence, String expected) {
        List<Encoding> windows = encoding(tokens).windows(longest, stride, sequence);

        assertThat(windows.stream().map(EncodingTest::text).collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"5, 3", "5, 4", "5, -1", "2, 0", "1, 0"})
    void windowsWithoutRoomAreRefused(int longest, int stride) {
        assertThatThrownBy(() -> encoding("<abcdefg>").windows(longest, stride, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the stride (" + stride + ")")
                .hasMessageContaining("Maybe");
    }

    @Test
    void piecesKeepTheirPlaces() {
        Encoding second = encoding("<ab|12345>").windows(8, 1, 1).get(1);

        assertThat(second.token(4).text()).isEqualTo("3");
        assertThat(second.token(4).start()).isEqualTo(2);
        assertThat(second.token(4).end()).isEqualTo(3);
        assertThat(second.length(0)).isEqualTo(2);
        assertThat(second.length(1)).isEqualTo(3);
        assertThat(second.ids()).containsExactly('<', 'a', 'b', '|', '3', '4', '5', '>');
        assertThat(second.token(3).added()).isTrue();
    }

    @Test
    void aBatchIsFilledUpBehindEachRow() {
        List<Encoding> rows = List.of(encoding("<a|1>"), encoding("<>"));

        TokenBatch batch = TokenBatch.of(rows, 7);

        assertThat(batch.ids().shape()).containsExactly(2, 5);
        assertThat(batch.ids().longs()).containsExactly('<', 'a', '|', '1', '>', '<', '>', 7, 7, 7);
        assertThat(batch.attentionMask().longs()).containsExactly(1, 1, 1, 1, 1, 1, 1, 0, 0, 0);
        assertThat(batch.typeIds().longs()).containsExactly(0, 0, 0, 1, 0, 0, 0, 0, 0, 0);
        assertThat(TokenBatch.of(rows, 7, 6).length()).isEqualTo(6);
        assertThatThrownBy(() -> TokenBatch.of(rows, 7, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(5) tokens does not fit into rows of 4");
        assertThatThrownBy(() -> TokenBatch.of(List.of(), 7)).isInstanceOf(InvalidInputException.class);
    }
}
