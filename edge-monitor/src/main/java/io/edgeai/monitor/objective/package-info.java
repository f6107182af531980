/**
 * Service-level objectives: how many calls may fail or be slow, and how fast that allowance is used up. Alerts follow the
 * multiwindow, multi-burn-rate rules of Google's Site Reliability Workbook, chapter 5.
 */
@NullMarked
package io.edgeai.monitor.objective;

import org.jspecify.annotations.NullMarked;
