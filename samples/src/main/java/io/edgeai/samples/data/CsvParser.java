package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Streams the records of a delimited text file (RFC 4180: quotes, doubled quotes, line breaks within quotes; also a
 * byte-order mark, either line end and empty lines, which are skipped). Strict
 * UTF-8; a name ending in {@code .gz} is unpacked on the way.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class CsvParser {
    private static final int MAX_CELL = 1 << 24;

    private final Reader reader;
    private final char delimiter;
    private final Path file;
    private final int maxCells;
    private int next;
    private int line = 1;

    /** What is done with each record. */
    @FunctionalInterface
    interface Consumer {
        /**
         * @param line where the record begins, counting from 1
         * @param cells its cells, without quotes
         */
        void record(int line, List<String> cells);
    }

    private CsvParser(Reader reader, char delimiter, Path file, int maxCells) throws IOException {
        this.reader = reader;
        this.delimiter = delimiter;
        this.file = file;
        this.maxCells = maxCells;
        this.next = reader.read();
        if (next == '\uFEFF') {
            next = reader.read();
        }
    }

    static void parse(Path file, char delimiter, int maxCells, Consumer consumer) {
        // A decoder of its own reports malformed bytes instead of replacing them.
        try (BufferedReader reader = open(file)) {
            CsvParser parser = new CsvParser(reader, delimiter, file, maxCells);
            try {
                while (parser.next >= 0) {
                    int start = parser.line;
                    boolean quoted = parser.next == '"';
                    List<String> cells = parser.next();
                    if (quoted || cells.size() > 1 || !cells.get(0).isEmpty()) {
                        consumer.record(start, cells);
                    }
                }
            } catch (CharacterCodingException e) {
                throw new InvalidInputException(
                        "Table (" + file + ") is not UTF-8 text, near line (" + parser.line
                                + "). Maybe save it as UTF-8 CSV.",
                        e);
            }
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("Table (" + file + ") is not UTF-8 text. Maybe save it as UTF-8 CSV.", e);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }

    private static BufferedReader open(Path file) throws IOException {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
            return Files.newBufferedReader(file, StandardCharsets.UTF_8);
        }
        InputStream raw = Files.newInputStream(file);
        try {
            return new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(raw, 1 << 16), StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private List<String> next() throws IOException {
        List<String> cells = new ArrayList<>();
        while (true) {
            cells.add(next == '"' ? quoted() : plain());
            if (cells.size() > maxCells) {
                throw fail("it has more than (" + maxCells + ") cells");
            }
            if (next == delimiter) {
                advance();
                continue;
            }
            if (next >= 0) {
                line++;
            }
            if (next == '\r') {
                advance();
            }
            if (next == '\n') {
                advance();
            }
            return cells;
        }
    }

    private String plain() throws IOException {
        StringBuilder cell = new StringBuilder();
        while (next >= 0 && next != delimiter && next != '\n' && next != '\r') {
            append(cell);
        }
        return cell.toString();
    }

    private String quoted() throws IOException {
        int opened = line;
        StringBuilder cell = new StringBuilder();
        advance();
        while (true) {
            if (next < 0) {
                throw fail("the quote opened in line (" + opened + ") is never closed");
            }
            if (next == '"') {
                advance();
                if (next != '"') {
                    break;
                }
            } else if (next == '\n') {
                line++;
            }
            append(cell);
        }
        if (next >= 0 && next != delimiter && next != '\n' && next != '\r') {
            throw fail("(" + (char) next + ") follows a closing quote");
        }
        return cell.toString();
    }

    private void append(StringBuilder cell) throws IOException {
        if (cell.length() >= MAX_CELL) {
            throw fail("a cell is longer than (" + MAX_CELL + ") characters");
        }
        cell.append((char) next);
        advance();
    }

    private void advance() throws IOException {
        next = reader.read();
    }

    private InvalidInputException fail(String why) {
        return new InvalidInputException("Table (" + file + ") is wrong in line (" + line + "): " + why
                + ". Maybe check the quotes and separators there.");
    }
}
