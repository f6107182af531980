/**
 * Turns scores into alerts that people can live with: confirmed, deduplicated and resolved. One incident is one alert, however many windows it lasts.
 */
@NullMarked
package io.edgeai.monitor.alert;

import org.jspecify.annotations.NullMarked;
