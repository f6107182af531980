package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows that are fetched as one text are what they are when each value is fetched, whatever the values hold. */
class JoinedRowTest {
    private static final long SEED = 20_261_127L;
    private static final List<String> PIECES =
            List.of("", "a", " ", "\u001f", "grün", "🦊", "\n", "\u0000", "null", "x\u001f\u001f", "'");

    @Test
    void whateverTheValuesHold() throws SQLException {
        Random random = new Random(SEED);
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            for (int round = 0; round < 2000; round++) {
                List<String> wanted = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    StringBuilder text = new StringBuilder();
                    for (int n = random.nextInt(3); n > 0; n--) {
                        text.append(PIECES.get(random.nextInt(PIECES.size())));
                    }
                    wanted.add(random.nextInt(20) == 0 ? null : text.toString());
                }
                long number = random.nextLong();
                JoinedRow row = new JoinedRow("a", "b", "c", "n");
                try (PreparedStatement select = sqlite.prepareStatement(
                        "SELECT " + row.select() + " FROM (SELECT ? AS a, ? AS b, ? AS c, ? AS n) AS t")) {
                    for (int i = 0; i < 3; i++) {
                        select.setString(i + 1, wanted.get(i));
                    }
                    select.setLong(4, number);
                    try (ResultSet rows = select.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        row.at(rows);
                        for (int i = 0; i < 3; i++) {
                            String text = String.valueOf(wanted.get(i));
                            assertThat(row.text(i))
                                    .as("%s, seed %d", wanted, SEED)
                                    .isEqualTo(text);
                            assertThat(row.text(i, "a")).isEqualTo(text);
                            assertThat(row.text(i, text)).isEqualTo(text);
                        }
                        assertThat(row.number(3)).isEqualTo(number);
                    }
                }
            }
        }
    }

    @Test
    void whatWasThereBeforeIsTheSameObject() throws SQLException {
        JoinedRow row = new JoinedRow("'left'", "'right'");
        try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite::memory:");
                ResultSet rows = sqlite.createStatement().executeQuery("SELECT " + row.select())) {
            assertThat(rows.next()).isTrue();
            String before = String.valueOf("right".toCharArray());
            assertThat(row.at(rows).text(1, before)).isSameAs(before);
            assertThat(row.text(0, before)).isEqualTo("left");
        }
    }
}
